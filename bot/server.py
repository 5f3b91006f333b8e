"""The dialogue server: Rasa's HTTP API and our channels. As `rasa run`, but without TensorFlow, which no part of our model needs.

The password of the HTTP API comes from the environment: a command line can be read by every user of the machine.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
from asyncio import AbstractEventLoop
from functools import partial

import structlog
from rasa.core.run import close_resources, configure_app, create_http_input_channels
from rasa.core.utils import AvailableEndpoints, number_of_sanic_workers
from rasa.utils.common import configure_logging_and_warnings, update_sanic_log_level
from sanic import Sanic

from bot.agent import build_agent
from bot.channels.asked import WAITING
from bot.pull import Pull, kept_folder, load_first
from desk.content.scrub import scrub


def main() -> None:
    """Serve until stopped."""
    chosen = arguments()
    configure_logging_and_warnings(logging_config_file="logging.yml")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    app = build_app(endpoints, chosen.model, chosen.port)
    update_sanic_log_level()
    app.run(
        host=chosen.interface, port=chosen.port, workers=number_of_sanic_workers(endpoints.lock_store), access_log=False
    )


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="the dialogue server")
    parser.add_argument("--interface", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--model", default="models", help="a trained model, or the folder whose newest is taken")
    return parser.parse_args()


def build_app(endpoints: AvailableEndpoints, model: str, port: int) -> Sanic:
    """Rasa's web application, which loads the agent when it starts."""
    channels = create_http_input_channels(None, "credentials.yml")
    app = configure_app(channels, auth_token=os.environ["RASA_TOKEN"], endpoints=endpoints, port=port)
    app.register_listener(partial(_load_agent, endpoints, model), "before_server_start")
    app.register_listener(_write_notes, "before_server_stop")
    app.register_listener(close_resources, "after_server_stop")
    return app


async def _load_agent(endpoints: AvailableEndpoints, model: str, app: Sanic, loop: AbstractEventLoop) -> None:
    app.ctx.agent = await build_agent(endpoints, loop)
    load_first(app.ctx.agent, model, kept_folder())
    if endpoints.model:
        app.add_task(Pull(app.ctx.agent, endpoints.model, model, kept_folder()).watch())
    scrub("je suis Fatou")  # it reads its lists when it is first used
    gc.collect()
    gc.freeze()  # what is loaded stays: the collector need not look through it again and again


async def _write_notes(app: Sanic, loop: AbstractEventLoop) -> None:
    """What people asked in the last second."""
    await WAITING.write()


if __name__ == "__main__":
    main()
