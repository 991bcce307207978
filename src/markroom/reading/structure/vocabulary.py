"""What papers call a question, a mark, a section and a total, in the languages schools write them in."""

COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTED = rf"(?a:{'|'.join(COUNTS)})"  # without letters that only fold into these, as a long s
QUESTION = (
    "question|problem|exercise|task|uppgift|fråga|aufgabe|übung|exercice|problème|ejercicio|problema|pregunta|"
    "cuestión|esercizio|quesito|domanda|exercício|questão|opgave|vraag|oefening|oppgave|tehtävä|zadanie|úloha|soru|câu|exercițiul"
)
POINTS = (
    r"marks?|points?|pts?\.?|p\.?|poäng|poeng|punkt(?:e|en|ów|y)?|pkte?\.?|be|puntos?|puntaje|punt[io]|punten|pontos?|"
    r"pistettä|bod[yů]?|puan|(?:de\s+)?puncte|分"
)
SECTION = (
    "section|unit|teil|abschnitt|partie|sección|parte|sezione|deel|del|secção|grupo|groupe|gruppo|subiectul"
)
EXAM = r"(?:paper|exam\w*|test|quiz|assessment|task)"
