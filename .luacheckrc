std = "lua54"
max_line_length = 100
read_globals = { "nj" }
files["**/*_spec.lua"] = { read_globals = { "describe", "it", "assert" } }
