// RUN: seqmix-opt %s --seqmix-cpu-vectorize=lanes=12 --verify-diagnostics

// expected-error @+1 {{expected `lanes` to be 8 or 16, found 12}}
module {
}
