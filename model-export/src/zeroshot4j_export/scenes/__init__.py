"""Scene sets with exact truth, to measure detection by: cut-outs on backgrounds, in COCO's instances format."""

SPLITS = ("dev", "test")
# Picture sets of each. Clip art is left out of the trained art: its names are file names, and some are wrong.
SETS = {
    "k": ("noto", "notov1", "fluent3d", "fluent", "fluentflat", "twemoji", "emojitwo", "sh3d"),
    "s": ("openmoji",),
    "p": ("tuxpaint",),
}
IMAGES = 160  # of a set and split, unless asked otherwise
