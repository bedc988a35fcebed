"""The tiny embedded model: data, training, export, evaluation, demo scenes."""
