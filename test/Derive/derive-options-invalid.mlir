// What the options of seqmix-derive take.
// RUN: not seqmix-opt %s --seqmix-derive=form=parallel 2>&1 | FileCheck %s --check-prefix=FORM
// FORM: error: form must be auto, chunkwise, sequential or step, found parallel
// RUN: not seqmix-opt %s --seqmix-derive=chunk=40 2>&1 | FileCheck %s --check-prefix=CHUNK
// CHUNK: error: chunk must be a multiple of 16 from 16 to 256, found 40
// RUN: not seqmix-opt %s --seqmix-derive=chunk=512 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: chunk must be a multiple of 16 from 16 to 256, found 512
// RUN: not seqmix-opt %s --seqmix-derive=query-tile=1 2>&1 | FileCheck %s --check-prefix=QUERY
// QUERY: error: query-tile must be from 2 to 1024, found 1
// RUN: not seqmix-opt %s --seqmix-derive=key-tile=2000 2>&1 | FileCheck %s --check-prefix=KEY
// KEY: error: key-tile must be from 2 to 1024, found 2000

seq.operator @f params(K = 16) sizes(T) (%x: [T, K]) -> (y: [T, K]) {
  %y = seq.recurrence over "T" (%xt: [K] = %x : [T, K]) -> ([T, K]) {
    seq.yield out(%xt : [K])
  }
  seq.return %y : [T, K]
}
