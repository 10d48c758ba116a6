"""Specs and flags that seqmixc must refuse.

A case is (topic, edits, flags, message). An edit replaces the one place of a text of RECURRENCE or ATTENTION; in place of
edits a text stands for the whole spec. A message is a regular expression; if it starts with "LINE:" the error must point at
that line of the spec, which is shown.
"""

RECURRENCE = """\
seq.operator @mix params(K = 16, V = 16, E = f32) sizes(B, T, H, HK divides H)
    (%q: [B, T, HK, K] x E, %k: [B, T, HK, K] x E, %v: [B, T, H, V] x E, %g: [B, T, H] {nonpositive}, %s0: [B, H, K, V])
    -> (o: [B, T, H, V] x E, s: [B, H, K, V]) {
  %o, %s = seq.recurrence over "T"
      (%qt: [K] = %q : [B, T, HK, K] x E, %kt: [K] = %k : [B, T, HK, K] x E, %vt: [V] = %v : [B, T, H, V] x E,
       %gt: [] = %g : [B, T, H])
      carry(%S: [K, V] = %s0 : [B, H, K, V]) -> ([B, T, H, V], [B, H, K, V]) {
    %a = seq.exp %gt : []
    %S1 = seq.mul %S, %a : [K, V], []
    %kv = seq.mul %kt, %vt : [K], [V]
    %S2 = seq.add %S1, %kv : [K, V], [K, V]
    %y = seq.dot %S2, %qt over ["K"] : [K, V], [K]
    seq.yield carry(%S2 : [K, V]) out(%y : [V])
  }
  seq.return %o, %s : [B, T, H, V], [B, H, K, V]
}
"""

ATTENTION = """\
seq.operator @look params(K = 16, V = 16, E = f32) sizes(B, T, S, H, HK divides H)
    (%q: [B, T, H, K] x E, %k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E, %doc: [B, T] x i32)
    -> (o: [B, T, H, V] x E, lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, HK, K] x E)
      value(%v : [B, S, HK, V] x E) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %t = seq.neg %s : []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.le %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
"""

R, A = "recurrence", "attention"

CASES = [
    # Axes.
    ("unknown axis of an operand", R, [("%s0: [B, H, K, V])", "%s0: [B, H, K, W])"), ("= %s0 : [B, H, K, V]", "= %s0 : [B, H, K, W]")], [], "1: .*axis W of s0 is neither a size nor an integer parameter; declare it"),
    ("unknown axis of a result", R, [("-> (o: [B, T, H, V] x E", "-> (o: [B, T, H, X] x E")], [], "1: .*axis X of o is neither"),
    ("unknown sequence", R, [('over "T"', 'over "L"')], [], "4: .*L is no size of the operator; its sizes are"),
    ("sequence that is a parameter", R, [('over "T"', 'over "K"')], [], "4: .*K is no size of the operator"),
    ("sum over an axis that is not there", R, [('over ["K"]', 'over ["V"]'), ("out(%y : [V])", "out(%y : [K])")], [], "12: .*V"),
    ("sum over an axis that an operand lacks", R, [('over ["K"] : [K, V], [K]', 'over ["H"] : [K, V], [K]'), ("out(%y : [V])", "out(%y : [K, V])")], [], "12: .*H"),
    ("size declared twice", R, [("sizes(B, T, H,", "sizes(B, T, T, H,")], [], "1: .*T is declared twice"),
    ("rule about an unknown size", R, [("HK divides H)", "HK divides G)")], [], "1: .*the rule for HK names G, which is no declared size"),
    ("operand and result of one name", R, [("s: [B, H, K, V]) {", "q: [B, H, K, V]) {")], [], "1: .*q is declared twice"),
    ("type parameter as axis", R, [("%s0: [B, H, K, V])", "%s0: [B, H, K, E])"), ("= %s0 : [B, H, K, V]", "= %s0 : [B, H, K, E]")], [], "1: .*axis E of s0 is neither"),
    # Ranks and types.
    ("operand of another rank", R, [("%gt: [] = %g : [B, T, H])", "%gt: [] = %g : [B, T])")], [], "[46]: .*%?g"),
    ("argument of the step of another rank", R, [("%gt: [] = %g", "%gt: [K] = %g"), ("seq.exp %gt : []", "seq.exp %gt : [K]"), ("%S, %a : [K, V], []", "%S, %a : [K, V], [K]")], [], "4: .*argument 3 of the step must be .*found"),
    ("value of another type than it has", R, [("seq.mul %S, %a : [K, V], []", "seq.mul %S, %a : [K, V], [K]")], [], "9: .*%a.*"),
    ("integer where a real is needed", A, [("%k: [B, S, HK, K] x E, %v: [B, S, HK, V] x E, %doc", "%k: [B, S, HK, K] x i32, %v: [B, S, HK, V] x E, %doc"), ("key(%k : [B, S, HK, K] x E)", "key(%k : [B, S, HK, K] x i32)")], [], "4: .*key must be real, found"),
    ("comparison of a real with a position", A, [("seq.le %j, %i : [] x index, [] x index", "seq.le %j, %c : [] x index, []"), ("      %m =", '      %c = seq.param "K"\n      %m =')], [], "11: .*"),
    ("unsupported element type of an operand", R, [("%v: [B, T, H, V] x E,", "%v: [B, T, H, V] x f64,")], [], "2: .*expected an element type among f32, bf16, f16, i32,.* found 'f64'"),
    ("unsupported element type of a parameter", R, [("E = f32)", "E = i8)")], [], "1: .*type parameter E must be f32, bf16 or f16, found 'i8'"),
    ("undeclared element type", R, [("%v: [B, T, H, V] x E, %g", "%v: [B, T, H, V] x F, %g"), ("%v : [B, T, H, V] x E", "%v : [B, T, H, V] x F")], [], "1: .*element type F of v is no type parameter; declare it in params"),
    # Parameters and sizes.
    ("parameter of 0", R, [("K = 16,", "K = 0,")], [], "1: .*parameter K must be positive, found 0"),
    ("parameter that is negative", R, [("K = 16,", "K = -4,")], [], "1: .*parameter K must be positive, found -4"),
    ("parameter that does not fit 64 bits", R, [("K = 16,", "K = 99999999999999999999,")], [], "1: .*"),
    ("head dimension beyond what is compiled", R, [], ["--set", "K=1000000"], "1: .*"),
    ("flag sets an unknown parameter", R, [], ["--set", "Q=4"], "1: .*Q"),
    ("flag sets a parameter to a type", R, [], ["--set", "K=bf16"], "1: .*K"),
    ("flag sets a parameter to 0", R, [], ["--set", "K=0"], "--set: expected NAME=VALUE with a positive integer .* found 'K=0'"),
    ("flag with an unsupported element type", R, [], ["--elem", "f64"], "--elem: expected f32, bf16 or f16, found 'f64'"),
    ("chunk that is no multiple of 16", R, [], ["--chunk", "40"], "1: .*multiple of 16.*found 40"),
    ("chunk that is negative", R, [], ["--chunk", "-16"], "--chunk: expected a positive number of tokens, found -16"),
    ("tiles that are one number", A, [], ["--tiles", "32"], "--tiles: expected queries x keys a tile.* such as 32x128x16, found '32'"),
    ("tiles that are no numbers", A, [], ["--tiles", "32xmany"], "--tiles: expected queries x keys a tile.* found '32xmany'"),
    ("tiles larger than there can be", A, [], ["--tiles", "32x4096"], "1: .*key-tile must be from 2 to 1024, found 4096"),
    ("tiles that share too much", A, [], ["--tiles", "32x128x100"], "1: .*query-group must be from 1 to 64, found 100"),
    ("form that there is not", R, [], ["--form", "parallel"], "--form: expected auto, chunkwise, step or sequential, found 'parallel'"),
    ("form that an attention has not", A, [], ["--form", "chunkwise"], "4: .*"),
    ("unknown target", R, [], ["--target", "tpu"], "--target: expected .*cpu.*, found 'tpu'"),
    ("unknown architecture", R, [], ["--arch", "v2"], "--arch: expected .* found 'v2'"),
    ("unknown sanitizer", R, [], ["--sanitize", "memory"], "--sanitize: expected address or thread .*found 'memory'"),
    # The step.
    ("step that returns the wrong shape", R, [("out(%y : [V])", "out(%kt : [K])")], [], "4: .*result 0 must have the axes B, H, T, K"),
    ("step that yields a state of the wrong shape", R, [("carry(%S2 : [K, V]) out", "carry(%kt : [K]) out")], [], "13: .*state 0 is '.*', but the step yields '.*"),
    ("step that forgets its state", R, [("carry(%S2 : [K, V]) out", "out")], [], "13: .*expected 1 states in carry"),
    ("step with too many outputs", R, [("out(%y : [V])", "out(%y, %y : [V], [V])")], [], "13: .*expected 1 outputs in out"),
    ("step without an end", R, [("    seq.yield carry(%S2 : [K, V]) out(%y : [V])\n", "")], [], "\\d+: .*(terminator|seq.yield)"),
    ("state with the sequence's axis", R, [("%s0: [B, H, K, V])", "%s0: [B, T, H, K, V])"), ("= %s0 : [B, H, K, V]", "= %s0 : [B, T, H, K, V]")], [], "4: .*an initial state must not have the sequence axis T"),
    ("state of the wrong type", R, [("carry(%S: [K, V] =", "carry(%S: [K, V] x bf16 ="), ("%S, %a : [K, V], []", "%S, %a : [K, V] x bf16, []")], [], "4: .*argument 4 of the step must be .*found"),
    ("initial state of integers", R, [("%s0: [B, H, K, V])", "%s0: [B, H, K, V] x i32)"), ("= %s0 : [B, H, K, V]", "= %s0 : [B, H, K, V] x i32")], [], "4: .*argument 4 of the step must be .*found"),
    ("operation that does not exist", R, [("seq.exp", "seq.expp")], [], "8: .*seq.expp"),
    ("value that is not defined", R, [("seq.dot %S2, %qt", "seq.dot %S3, %qt")], [], "12: .*undeclared SSA value"),
    ("result that is not returned", R, [("seq.return %o, %s : [B, T, H, V], [B, H, K, V]", "seq.return %o : [B, T, H, V]")], [], "15: .*expected 2 values, one a result, found 1"),
    ("result of another shape than declared", R, [("seq.return %o, %s : [B, T, H, V], [B, H, K, V]", "seq.return %s, %s : [B, H, K, V], [B, H, K, V]")], [], "15: .*result o is"),
    # Attention.
    ("mask that is not i1", A, [("seq.yield out(%m : [] x i1)", "seq.yield out(%i : [] x index)")], [], "11: .*mask region must yield a truth value, \\[\\] x i1, found"),
    ("score that is a position", A, [("seq.yield out(%t : [])", "seq.yield out(%i : [] x index)")], [], "8: .*score region must yield a real"),
    ("mask region with too few arguments", A, [("mask(%b, %h, %i, %j)", "mask(%i, %j)")], [], "4: .*mask region takes 4 arguments .*found 2"),
    ("unknown normaliser", A, [('normaliser "softmax"', 'normaliser "hardmax"')], [], "4: .*hardmax"),
    ("key of another dimension than the query", A, [("%k: [B, S, HK, K] x E", "%k: [B, S, HK, V] x E"), ("key(%k : [B, S, HK, K] x E)", "key(%k : [B, S, HK, V] x E)")], [], "4: .*query and key must share their parameter axes"),
    ("key without the key sequence", A, [('over "T", "S"', 'over "T", "T"')], [], "4: .*need names of their own, found T twice"),
    ("operand read out of its rank", A, [("      %m =", "      %d = seq.at %doc[%b] : [B, T] x i32\n      %m =")], [], "10: .*"),
    # Names and whole files.
    ("name that is no C identifier", R, [("@mix", '@"a-b"')], [], "1: .*expected a name that is a C identifier.*write 'a_b' instead"),
    ("name that the ABI takes", R, [("@mix", "@task")], [], "1: .*the name 'seqmix_task' is taken by a type of the C ABI; choose another name"),
    ("size that the ABI takes", R, [("sizes(B, T, H,", "sizes(B, T, H, workers,")], [], "1: .*workers.*expected another name"),
    ("domain that there is not", R, [("{nonpositive}", "{negative}")], [], "[12]: .*negative"),
    ("empty file", "", [], [], "expected at least one seq.operator, found none; is the file complete\\?"),
    ("file of another kind", "\x7fELF\x02\x01\x01\x00\x00", [], [], "1: .*"),
    ("file that is not text", "\x00\x01\x02\x03" * 64, [], [], "1: .*"),
    ("file of another language", "def mix(q, k, v):\n    return q @ k.T @ v\n", [], [], "1: .*"),
    ("nested as deep as nothing real", "seq.operator @f params(K = 4) sizes(T) (%x: " + "[" * 20000, [], [], "1: .*"),
]

# Cut after so many characters, a spec must be refused at a place in it.
LENGTHS = [60, 300, 600, 800]
