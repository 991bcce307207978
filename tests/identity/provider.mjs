// A real OpenID provider for the tests. Its keys and people are given to it as JSON.
import Provider from "oidc-provider";

const { issuer, keys, people, clients, backs, tellsOnAsking } = JSON.parse(process.argv[2]);
const provider = new Provider(issuer, {
  jwks: { keys },
  cookies: { keys: ["of the tests"] },
  claims: { openid: ["sub", "role", "institute_id", "user_metadata"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: tellsOnAsking,
  clients: clients.map((id) => ({
    client_id: id,
    client_secret: "secret",
    redirect_uris: [`${issuer}/signed-in`, ...backs],
    id_token_signed_response_alg: keys[0].alg,
  })),
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...people[sub], sub }) }),
});
const { port, hostname } = new URL(issuer);
provider.listen(Number(port), hostname, () => console.log("listening"));
