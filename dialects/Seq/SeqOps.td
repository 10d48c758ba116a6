//===- SeqOps.td - Table of contents of the seq dialect's ops -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_SEQOPS_TD
#define SEQMIX_DIALECTS_SEQ_SEQOPS_TD

include "dialects/Seq/ops/Operator.td"
include "dialects/Seq/ops/Apply.td"
include "dialects/Seq/ops/Leaf.td"
include "dialects/Seq/ops/Elementwise.td"
include "dialects/Seq/ops/Contraction.td"
include "dialects/Seq/ops/Recurrence.td"
include "dialects/Seq/ops/Attention.td"

#endif // SEQMIX_DIALECTS_SEQ_SEQOPS_TD
