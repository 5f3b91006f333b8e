"""`rasa run` with the password of its HTTP API from the environment: a command line can be read by every user of the machine."""

import os
import sys

from rasa.__main__ import main

if __name__ == "__main__":
    sys.argv.append(f"--auth-token={os.environ['RASA_TOKEN']}")  # one word: a password may begin with "-"
    main()
