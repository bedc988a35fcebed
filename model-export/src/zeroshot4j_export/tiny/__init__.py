"""The tiny embedded model: data, training, export, evaluation, demo scenes."""

STEPS = 5000  # of the training schedule, unless asked otherwise
DEVICES = ("cpu", "cuda")
