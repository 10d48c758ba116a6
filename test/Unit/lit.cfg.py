"""Unit tests: every executable named *Test below the build folder's test/Unit."""

import os

import lit.formats

config.name = "seqmix-unit"
config.test_format = lit.formats.GoogleTest(".", "Test")
config.test_source_root = os.path.join(config.seqmix_obj_root, "test", "Unit")
config.test_exec_root = config.test_source_root
