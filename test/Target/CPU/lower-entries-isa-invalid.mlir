// RUN: seqmix-opt %s --seqmix-cpu-lower-entries=isa=v5 --verify-diagnostics

// expected-error @+1 {{expected isa to be v3, v4, bf16, amx, native or all, found 'v5'}}
module {
}
