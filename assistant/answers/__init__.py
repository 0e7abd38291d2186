"""The answer room: what a person sees of a result — sentences, the reading, a chart, a table, files.

In: a `SemanticQuery`, the restricted `SemanticModel`, a `ResultSet`, the issues (assumptions) and a language. Out: texts from
`prompts/answers.*.yaml`, `Reading`, `ChartSpec`, frames and bytes. Nothing here plans, compiles or touches an engine.
"""
