"seq.operator"() <{sym_name = "g", params = {}, sizes = ["T"], divides = {}, equals = {}, operand_names = [], operand_types = [], operand_domains = [], result_names = [], result_types = []}> ({
  "seq.return"() : () -> ()
}) : () -> ()
