import sys

from zeroshot4j_export.cli import main

sys.exit(main())
