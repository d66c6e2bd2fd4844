"""Real PDF, PPTX and DOCX files, made when a test needs them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
from docx.shared import RGBColor
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

HEIGHT = A4[1]
LEFT = (
    "La première colonne parle de la fibre",
    "optique, qui dessert désormais toutes les",
    "communes rurales du département, de la",
    "côte picarde jusqu'au Santerre.",
)
RIGHT = (
    "La seconde colonne parle des écoles",
    "et de leur espace numérique de travail,",
    "que les enseignants ouvrent chaque matin",
    "avant l'arrivée des élèves.",
)


def pdf(*pages: Callable[[Canvas], None], title: str = "", **options: Any) -> bytes:
    """A PDF of A4 pages, each drawn by a function."""
    file = BytesIO()
    canvas = Canvas(file, **{"pagesize": A4, **options})
    canvas.setTitle(title)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def lines(*texts: str, x: float = 72, y: float = HEIGHT - 120, size: float = 11) -> Callable[[Canvas], None]:
    """Lines one under the other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for number, text in enumerate(texts):
            canvas.drawString(x, y - number * size * 1.25, text)

    return draw


def report_page(number: int) -> Callable[[Canvas], None]:
    """A page of a report: running head and foot, title, paragraph."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, HEIGHT - 40, "Rapport annuel de Somme Numérique")
        canvas.drawString(72, 40, f"Page {number} / 3")
        lines(f"Chapitre des réseaux {'abc'[number - 1]}", y=HEIGHT - 100, size=20)(canvas)
        lines(f"Le lot numéro {number} a raccordé {number}00 foyers dans l'année.", "Il reste des hameaux.")(canvas)

    return draw


def two_columns(canvas: Canvas) -> None:
    """Two columns, drawn line by line across the page as some programs do."""
    lines("Deux sujets sur une seule page", y=HEIGHT - 80, size=18)(canvas)
    canvas.setFont("Helvetica", 11)
    for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        canvas.drawString(60, HEIGHT - 130 - 14 * number, left)
        canvas.drawString(320, HEIGHT - 130 - 14 * number, right)


def hidden_words(canvas: Canvas) -> None:
    """Words that nobody sees, around a sentence that everybody sees, and a white title on blue."""
    lines("La phrase visible de cette page est la seule à lire.")(canvas)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 500, "Instruction blanche sur blanc.")
    canvas.setFillColorRGB(0, 0.2, 0.6)
    canvas.rect(60, 380, 400, 40, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 395, "Titre blanc sur un bandeau bleu")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(-2000, 300, "Instruction hors de la page.")
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(72, 250, "Instruction minuscule.")
    text = canvas.beginText(72, 200)
    text.setFont("Helvetica", 11)
    text.setTextRenderMode(3)
    text.textLine("Instruction sans encre.")
    canvas.drawText(text)


def deck(title: str = "Le numérique dans la Somme") -> bytes:
    """Ten slides; the seventh is about archives, the eighth is hidden, the ninth has nothing."""
    presentation = Presentation()
    presentation.core_properties.title = title
    bullets = presentation.slide_layouts[1]
    for number in range(1, 11):
        slide = presentation.slides.add_slide(bullets if number != 9 else presentation.slide_layouts[6])
        footer = slide.shapes.add_textbox(Inches(1), Inches(7.0), Inches(5), Inches(0.4))
        footer.text_frame.text = "Somme Numérique - comité syndical"
        page = slide.shapes.add_textbox(Inches(8.5), Inches(7.0), Inches(1), Inches(0.4))
        page.text_frame.text = f"{number}"
        if number == 9:
            continue
        slide.shapes.title.text = {7: "Archivage électronique", 8: "Brouillon"}.get(number, f"Sujet numéro {number}")
        body = slide.placeholders[1].text_frame
        body.text = {
            7: "Le coffre des archives conserve 4 200 actes depuis 2015.",
            8: "Une diapositive cachée que personne ne montre.",
        }.get(number, f"Le thème {number} avance.")
        detail = body.add_paragraph()
        detail.text = f"Détail du thème {number}"
        detail.level = 1
    slide = presentation.slides[1]
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(6), Inches(1)).table
    for row, cells in enumerate((("Commune", "Prises"), ("Corbie", "3 120"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Rappeler que Corbie est achevée."
    away = slide.shapes.add_textbox(Inches(30), Inches(2), Inches(3), Inches(1))
    away.text_frame.text = "Instruction hors de la diapositive."
    presentation.slides[7]._element.set("show", "0")
    file = BytesIO()
    presentation.save(file)
    return file.getvalue()


def minutes(title: str = "") -> bytes:
    """The minutes of a meeting: headings, a list, a table, and hidden words."""
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("Comité syndical du 12 juin", 0)
    document.add_heading("Budget", 1)
    document.add_paragraph("Le budget primitif est adopté à l'unanimité. Les points suivants sont retenus :")
    document.add_paragraph("la fibre pour les écoles", style="List Bullet")
    document.add_paragraph("le wifi des collèges", style="List Bullet")
    document.add_heading("Travaux", 2)
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Commune", "Prises"), ("Albert", "5 400"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    paragraph = document.add_paragraph("Les travaux d'Albert sont finis.")
    paragraph.add_run(" Instruction cachée.").font.hidden = True
    paragraph.add_run(" Instruction blanche.").font.color.rgb = RGBColor(255, 255, 255)
    document.sections[0].footer.paragraphs[0].text = "Pied de page du compte rendu"
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def swollen(archive: bytes, megabytes: int = 400) -> bytes:
    """The archive with a member that swells."""
    file = BytesIO(archive)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as changed, changed.open("ppt/media/x.xml", "w") as member:
        for _ in range(megabytes):
            member.write(bytes(1_000_000))
    return file.getvalue()
