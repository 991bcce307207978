"""The boards' exams: specifications, papers, objectives and spec points. Public, no school's own."""
