//===- StreamOps.td - Table of contents of the stream dialect's ops --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_STREAMOPS_TD
#define SEQMIX_DIALECTS_STREAM_STREAMOPS_TD

include "dialects/Stream/ops/Bounds.td"
include "dialects/Stream/ops/Loop.td"
include "dialects/Stream/ops/Position.td"
include "dialects/Stream/ops/Tile.td"

#endif // SEQMIX_DIALECTS_STREAM_STREAMOPS_TD
