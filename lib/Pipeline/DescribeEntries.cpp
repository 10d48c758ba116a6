//===- DescribeEntries.cpp - Asks the target how entries are launched -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Pipeline/Passes.h"
#include "seqmix/Target/Target.h"

namespace seqmix {
#define GEN_PASS_DEF_DESCRIBEENTRIES
#include "seqmix/Pipeline/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

struct DescribeEntries : seqmix::impl::DescribeEntriesBase<DescribeEntries> {
  using DescribeEntriesBase::DescribeEntriesBase;

  void runOnOperation() override {
    const Target *description = getTarget(target);
    if (!description) {
      getOperation().emitError() << "expected the name of a target that this "
                                    "compiler has as `target`, found '"
                                 << target << "'";
      return signalPassFailure();
    }
    TargetOptions options;
    options.arch = arch;
    for (kernel::EntryOp entry : getOperation().getOps<kernel::EntryOp>())
      if (failed(description->describe(entry, options)))
        return signalPassFailure();
  }
};

} // namespace
