"""One frozen settings object, passed by hand. The environment is read here and nowhere else."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.models import SettingsError
from assistant.wording import sentence

ROOT = Path(__file__).resolve().parents[1]

# Read by libraries when they are imported: no telemetry, no call to a hub unless somebody asks for it.
LIBRARY_DEFAULTS = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
}
# Whatever the environment says: a question goes nowhere but where a setting of ours says.
NEVER_TRACED = {"LANGSMITH_TRACING_V2": "false"}  # the first of the four names that LangChain's tracer reads


def _web_address(value: str) -> str:
    url = HttpUrl(value) if value else None
    if url and (url.query or url.fragment):
        raise ValueError("a question or a fragment")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]  # of http or https, or ""


_SITE = re.compile(r"https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


def _sites(value: str) -> str:
    if wrong := [site for site in value.split() if not _SITE.fullmatch(site)]:
        raise ValueError(wrong[0])
    return " ".join(value.split())


_CHAT_MODEL = re.compile(r"[a-z0-9_]+:\S+")


def _chat_model(value: str) -> str:
    if value and not _CHAT_MODEL.fullmatch(value):
        raise ValueError("no provider:model")
    return value


ChatModel = Annotated[str, AfterValidator(_chat_model)]  # provider:model, or ""
Sites = Annotated[str, AfterValidator(_sites)]  # origins separated by spaces, in lower case


class Settings(BaseSettings):
    """Every setting, with its default. `ASSISTANT_PORT=8000` in the environment sets `port`."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True, extra="ignore")

    corpus: Path = Field(ROOT / "corpus", description="Folder of the documents, with public/ and staff/.")
    data: Path = Field(ROOT / "var", description="Folder of what the program writes: indexes, feedback.")
    pictures: bool = Field(
        True,
        description="Draw the pages of PDFs that can be quoted, 10 to 90 kB each. Off: those that were drawn go.",
    )
    embedder: str = Field(
        "french-minilm",
        min_length=1,
        description="Embedding model: ours, a folder, an installed model package, or a hub name already downloaded.",
    )
    query_prefix: str = Field("", description="What the embedding model wants before a question.")
    passage_prefix: str = Field("", description="What the embedding model wants before a passage.")
    # nDCG@10 with our model on questions of service-public.fr and of PIAF: words alone 84.4 and 78.5, sum with weight
    # 0.2: 88.0 and 80.1, 0.4: 88.6 and 80.6, 0.5: 88.8 and 80.2, 0.6: 89.0 and 79.7 (tests/benchmarks/retrieval.py).
    vector_weight: float = Field(
        0.5,
        ge=0,
        le=10,
        description="Weight of vectors beside words (1). 0: words alone, and the embedding model is never loaded.",
    )
    reranker: str = Field(
        "",
        description="Cross-encoder that reorders the best passages and sentences: a folder, an installed model "
        "package, or a hub name already downloaded. Empty: none.",
    )
    geocoder: WebAddress = Field(
        "https://data.geopf.fr/geocodage",
        description="Public geocoder that is asked where an address is, if the visitor agrees. Empty: never asked.",
    )
    geocoder_proxy: WebAddress = Field(
        "",
        description="HTTP proxy through which the geocoder is asked, where the network wants one.",
    )
    llm: ChatModel = Field(
        "",
        description="Language model that writes answers, as provider:model (openai:mistral-small). Empty: quotations.",
    )
    llm_url: WebAddress = Field("", description="Where the model is served, if not by its provider: https://…/v1.")
    llm_key: SecretStr | None = Field(None, description="Key of the model's server, if it wants one.")
    # From the question to the last word; the search takes a tenth of a second, the rest is for whoever is slow to read.
    llm_seconds: float = Field(
        6, gt=0, le=60, description="When an answer must be written, in seconds; else quotations."
    )
    llm_requests_per_day: int = Field(
        5_000, ge=0, description="Requests to the model in a day, at most; a question takes one, a follow-up two."
    )
    llm_reads_staff: bool = Field(
        False, description="The model reads staff documents too, when the staff asks. They leave for its server."
    )
    llm_beyond_rules: bool = Field(
        False, description="Ask the model also where too few words are common for a quotation. Measure it: evaluate."
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port the service listens on.")
    sites: Sites = Field(
        "",
        description="Sites that may show the assistant, by its widget or in a frame: https://www.example.fr "
        "https://*.example.fr",
    )
    proxies: str = Field("127.0.0.1", description="Reverse proxies whose X-Forwarded-For is believed.")
    # A town hall or a school is one address.
    questions_per_minute: int = Field(60, ge=1, description="Questions that one address may ask in a minute.")
    staff_token: SecretStr | None = Field(None, description="Bearer token that gives staff access to the API.")


def load_settings() -> Settings:
    """Read the environment once.

    Raises:
        SettingsError: a value cannot be used; the message names the variable.
    """
    for name, value in LIBRARY_DEFAULTS.items():
        os.environ.setdefault(name, value)
    os.environ.update(NEVER_TRACED)
    try:
        return Settings()  # type: ignore[call-arg]  # every field has a default; mypy reads Field() positionally
    except ValidationError as error:
        first = error.errors()[0]
        name = "ASSISTANT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(sentence("errors.setting", name=name, value=str(first["input"]))) from error
