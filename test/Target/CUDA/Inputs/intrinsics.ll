; What emulate.py puts in the place of NVVM's intrinsics.
declare i32 @emu_tid()
declare i32 @emu_ctaid()
declare i32 @emu_nctaid()
declare void @emu_barrier()
declare i32 @emu_shuffle(i32, i32)
declare float @emu_ex2(float)
declare float @emu_to_tf32(float)
declare void @emu_mma(ptr, ptr, ptr, i32)

define internal i32 @emu.llvm.nvvm.read.ptx.sreg.tid.x() {
  %r = call i32 @emu_tid()
  ret i32 %r
}
define internal i32 @emu.llvm.nvvm.read.ptx.sreg.ctaid.x() {
  %r = call i32 @emu_ctaid()
  ret i32 %r
}
define internal i32 @emu.llvm.nvvm.read.ptx.sreg.nctaid.x() {
  %r = call i32 @emu_nctaid()
  ret i32 %r
}
define internal void @emu.llvm.nvvm.barrier.cta.sync.aligned.all(i32 %id) {
  call void @emu_barrier()
  ret void
}
define internal i32 @emu.llvm.nvvm.shfl.sync.bfly.i32(i32 %m, i32 %v, i32 %o, i32 %c) {
  %r = call i32 @emu_shuffle(i32 %v, i32 %o)
  ret i32 %r
}
define internal float @emu.llvm.nvvm.shfl.sync.bfly.f32(i32 %m, float %v, i32 %o, i32 %c) {
  %i = bitcast float %v to i32
  %r = call i32 @emu_shuffle(i32 %i, i32 %o)
  %f = bitcast i32 %r to float
  ret float %f
}
define internal float @emu.llvm.nvvm.ex2.approx.f32(float %x) {
  %r = call float @emu_ex2(float %x)
  ret float %r
}
define internal <2 x bfloat> @emu.llvm.nvvm.ff2bf16x2.rn(float %high, float %low) {
  %h = fptrunc float %high to bfloat
  %l = fptrunc float %low to bfloat
  %v = insertelement <2 x bfloat> poison, bfloat %l, i32 0
  %r = insertelement <2 x bfloat> %v, bfloat %h, i32 1
  ret <2 x bfloat> %r
}
define internal <2 x half> @emu.llvm.nvvm.ff2f16x2.rn(float %high, float %low) {
  %h = fptrunc float %high to half
  %l = fptrunc float %low to half
  %v = insertelement <2 x half> poison, half %l, i32 0
  %r = insertelement <2 x half> %v, half %h, i32 1
  ret <2 x half> %r
}
define internal { float, float, float, float } @emu.mma(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3, i32 %type) {
  %a = alloca [4 x i32]
  %b = alloca [2 x i32]
  %c = alloca [4 x float]
  %pa1 = getelementptr i32, ptr %a, i32 1
  %pa2 = getelementptr i32, ptr %a, i32 2
  %pa3 = getelementptr i32, ptr %a, i32 3
  %pb1 = getelementptr i32, ptr %b, i32 1
  %pc1 = getelementptr float, ptr %c, i32 1
  %pc2 = getelementptr float, ptr %c, i32 2
  %pc3 = getelementptr float, ptr %c, i32 3
  store i32 %a0, ptr %a
  store i32 %a1, ptr %pa1
  store i32 %a2, ptr %pa2
  store i32 %a3, ptr %pa3
  store i32 %b0, ptr %b
  store i32 %b1, ptr %pb1
  store float %c0, ptr %c
  store float %c1, ptr %pc1
  store float %c2, ptr %pc2
  store float %c3, ptr %pc3
  call void @emu_mma(ptr %a, ptr %b, ptr %c, i32 %type)
  %d = load { float, float, float, float }, ptr %c
  ret { float, float, float, float } %d
}
define internal { float, float, float, float } @emu.llvm.nvvm.mma.m16n8k16.row.col.bf16(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) {
  %d = call { float, float, float, float } @emu.mma(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3, i32 0)
  ret { float, float, float, float } %d
}
define internal { float, float, float, float } @emu.llvm.nvvm.mma.m16n8k16.row.col.f32.f32(<2 x half> %x0, <2 x half> %x1, <2 x half> %x2, <2 x half> %x3, <2 x half> %y0, <2 x half> %y1, float %c0, float %c1, float %c2, float %c3) {
  %a0 = bitcast <2 x half> %x0 to i32
  %a1 = bitcast <2 x half> %x1 to i32
  %a2 = bitcast <2 x half> %x2 to i32
  %a3 = bitcast <2 x half> %x3 to i32
  %b0 = bitcast <2 x half> %y0 to i32
  %b1 = bitcast <2 x half> %y1 to i32
  %d = call { float, float, float, float } @emu.mma(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3, i32 1)
  ret { float, float, float, float } %d
}
define internal i32 @emu.llvm.nvvm.f2tf32.rna(float %x) {
  %r = call float @emu_to_tf32(float %x)
  %i = bitcast float %r to i32
  ret i32 %i
}
define internal { float, float, float, float } @emu.llvm.nvvm.mma.m16n8k8.row.col.tf32(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3) {
  %d = call { float, float, float, float } @emu.mma(i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %b0, i32 %b1, float %c0, float %c1, float %c2, float %c3, i32 2)
  ret { float, float, float, float } %d
}
