// Bundles the web room's TypeScript and styles into src/markroom/web/static/built, with a manifest from the
// name a template uses ("marking.js") to the content-hashed file. `--tests` bundles the model tests for node --test.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import * as esbuild from "esbuild";

const web = "src/markroom/web";
const out = `${web}/static/built`;

function pageEntries() {
  const pages = readdirSync(`${web}/pages`).filter((page) => existsSync(`${web}/pages/${page}/page.ts`));
  return Object.fromEntries(pages.map((page) => [page, `${web}/pages/${page}/page.ts`]));
}

function writeManifest(metafile) {
  const manifest = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const hashed = relative(out, file);
    manifest[hashed.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = hashed;
  }
  writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
}

// The bundle carries other people's work: their licences travel beside it.
function writeLicences() {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const packages = [...Object.keys(dependencies), "@lit/reactive-element", "lit-element", "lit-html"].sort();
  const texts = packages.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`);
  writeFileSync(join(out, "licences.txt"), texts.join("\n----\n\n"));
}

const manifest = {
  name: "manifest",
  setup: (build) => build.onEnd(({ metafile }) => { if (metafile) { writeManifest(metafile); writeLicences(); } }),
};

const application = {
  entryPoints: { frame: `${web}/frame/frame.ts`, style: `${web}/style/index.css`, ...pageEntries() },
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  loader: { ".woff2": "file" },
  metafile: true,
  plugins: [manifest],
  logLevel: "warning",
};

function findTests(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map(String)
    .filter((file) => file.endsWith(".test.ts")).map((file) => join(folder, file));
}

const tests = {
  entryPoints: findTests("tests/web"),
  outdir: "build/web-tests",
  outbase: "tests/web",
  bundle: true,
  format: "esm",
  platform: "node",
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
};

if (process.argv.includes("--tests")) {
  rmSync(tests.outdir, { recursive: true, force: true });
  await esbuild.build(tests);
} else if (process.argv.includes("--watch")) {
  await (await esbuild.context(application)).watch();
} else {
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await esbuild.build(application);
  const kilobytes = Object.entries(metafile.outputs).map(([file, { bytes }]) => `${basename(file)} ${(bytes / 1000).toFixed(1)} kB`);
  console.log(kilobytes.filter((line) => /\.(js|css) /.test(line)).join("\n"));
}
