"""The assistant: how messages are understood, what is answered, and the channels.

Rasa imports TensorFlow (8 seconds, 350 MB) with this module, which only the training of neural networks uses: we have none.
"""

import os

from bot.lazy import import_when_used

import_when_used("rasa.utils.train_utils")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one message is too little to share out among threads
