"""Decks and Word documents: words that are drawn somewhere are read once, words that nobody sees never."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches, Pt

from assistant.documents.office import read_office
from assistant.documents.reading import Reading
from assistant.documents.slides import read_slides
from assistant.models import BlockKind

COLOUR: Any = RGBColor  # without types
CHART: Any = CategoryChartData
WHITE = COLOUR(255, 255, 255)
BLUE = COLOUR(0, 51, 153)
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SMART_ART = f"""<dgm:dataModel xmlns:dgm="{DIAGRAM}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<dgm:ptLst><dgm:pt modelId="0" type="doc"/><dgm:pt modelId="2"><dgm:t><a:p><a:r><a:t>Ouvrir le service</a:t></a:r></a:p>
</dgm:t></dgm:pt><dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>Raccorder </a:t></a:r><a:r><a:t>les mairies</a:t></a:r></a:p>
</dgm:t></dgm:pt><dgm:pt modelId="3"><dgm:t><a:p><a:r><a:t>Celles du Santerre</a:t></a:r></a:p></dgm:t></dgm:pt>
<dgm:pt modelId="4" type="pres"><dgm:t><a:p><a:r><a:t>Instruction de mise en page</a:t></a:r></a:p></dgm:t></dgm:pt>
</dgm:ptLst><dgm:cxnLst><dgm:cxn srcId="0" destId="2" srcOrd="1"/><dgm:cxn srcId="0" destId="1" srcOrd="0"/>
<dgm:cxn srcId="1" destId="3" srcOrd="0"/><dgm:cxn srcId="3" destId="1" srcOrd="0"/></dgm:cxnLst></dgm:dataModel>"""


def _deck(draw: Callable[[Any], None]) -> Reading:
    presentation = Presentation()
    draw(presentation.slides.add_slide(presentation.slide_layouts[6]))
    file = BytesIO()
    presentation.save(file)
    return read_slides(file.getvalue(), "")


def _said(reading: Reading) -> list[str]:
    return [block.span.folded(reading.text) for block in reading.blocks]


def _text(slide: Any, words: str, colour: object = None, top: float = 2, size: float | None = None) -> Any:
    box = slide.shapes.add_textbox(Inches(1), Inches(top), Inches(4), Inches(1))
    run = box.text_frame.paragraphs[0].add_run()
    run.text = words
    if isinstance(colour, RGBColor):
        run.font.color.rgb = colour
    elif colour is not None:
        run.font.color.theme_color = colour
    if size:
        run.font.size = Pt(size)
    return box


def _fill(shape: Any, colour: object) -> Any:
    shape.fill.solid()
    if isinstance(colour, RGBColor):
        shape.fill.fore_color.rgb = colour
    else:
        shape.fill.fore_color.theme_color = colour
    return shape


def _band(slide: Any, colour: object) -> None:
    _fill(slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0.5), Inches(1.5), Inches(6), Inches(2)), colour)


def _on_band(slide: Any) -> None:
    _band(slide, BLUE)
    _text(slide, "Phrase", WHITE)


def _under_band(slide: Any) -> None:
    _text(slide, "Phrase", WHITE)
    _band(slide, BLUE)


def _on_own_fill(slide: Any) -> None:
    _fill(_text(slide, "Phrase", WHITE), BLUE)


def _on_same_fill(slide: Any) -> None:
    _fill(_text(slide, "Phrase", BLUE), BLUE)


def _blue_page(colour: RGBColor) -> Callable[[Any], None]:
    def draw(slide: Any) -> None:
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = BLUE
        _text(slide, "Phrase", colour)

    return draw


def _blue_layout(slide: Any) -> None:
    slide.slide_layout.background.fill.solid()
    slide.slide_layout.background.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    _text(slide, "Phrase", MSO_THEME_COLOR.ACCENT_1)
    _text(slide, "Autre", MSO_THEME_COLOR.BACKGROUND_1, top=4)


def _darkened(slide: Any) -> None:
    box = _text(slide, "Phrase", MSO_THEME_COLOR.BACKGROUND_1)
    box.text_frame.paragraphs[0].runs[0].font.color.brightness = -0.5


def _gradient(slide: Any) -> None:
    slide.background.fill.gradient()
    _text(slide, "Phrase", WHITE)


def _transparent(slide: Any) -> None:
    run = _text(slide, "Phrase", BLUE).text_frame.paragraphs[0].runs[0]
    colour = run._r.find(".//{*}srgbClr")
    etree.SubElement(colour, colour.tag.replace("srgbClr", "alpha"), val="0")


def _in_white_cell(slide: Any) -> None:
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for column, colour in enumerate((WHITE, BLUE)):
        run = table.cell(0, column).text_frame.paragraphs[0].add_run()
        run.text, run.font.color.rgb = ("Instruction", "Phrase")[column], WHITE
        _fill(table.cell(0, column), colour)


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        pytest.param(lambda slide: _text(slide, "Phrase"), ["Phrase"], id="no-colour"),
        pytest.param(lambda slide: _text(slide, "Phrase", WHITE), [], id="white-on-white"),
        pytest.param(lambda slide: _text(slide, "Phrase", COLOUR(254, 250, 250)), [], id="nearly-white"),
        pytest.param(lambda slide: _text(slide, "Phrase", MSO_THEME_COLOR.BACKGROUND_1), [], id="theme-colour"),
        pytest.param(lambda slide: _text(slide, "Phrase", MSO_THEME_COLOR.TEXT_1), ["Phrase"], id="theme-text"),
        pytest.param(_darkened, ["Phrase"], id="theme-colour-darkened"),
        pytest.param(_on_band, ["Phrase"], id="white-over-a-band"),
        pytest.param(_under_band, [], id="white-under-a-band"),
        pytest.param(_on_own_fill, ["Phrase"], id="white-in-a-blue-shape"),
        pytest.param(_on_same_fill, [], id="blue-in-a-blue-shape"),
        pytest.param(_blue_page(WHITE), ["Phrase"], id="white-on-a-blue-slide"),
        pytest.param(_blue_page(BLUE), [], id="blue-on-a-blue-slide"),
        pytest.param(_blue_layout, ["Autre"], id="colour-of-the-layout"),
        pytest.param(_gradient, ["Phrase"], id="nobody-knows-a-gradient"),
        pytest.param(_transparent, [], id="transparent"),
        pytest.param(_in_white_cell, ["Phrase"], id="cells"),
        pytest.param(lambda slide: _text(slide, "Phrase", size=1), [], id="of-no-size"),
    ],
)
def test_words_of_the_colour_of_what_is_under_them_are_not_read(draw: Callable[[Any], None], said: list[str]) -> None:
    reading = _deck(draw)
    assert _said(reading) == said
    assert [dropped.rule for dropped in reading.dropped] in (["hidden_text"], [] if said else ["hidden_text"])


def test_groups_are_read_where_they_stand_and_not_off_the_slide() -> None:
    def draw(slide: Any) -> None:
        _text(slide, "Après le groupe", top=5)
        group = slide.shapes.add_group_shape()
        for words, left in (("à droite", 4), ("à gauche", 1)):
            group.shapes.add_textbox(Inches(left), Inches(2), Inches(2), Inches(1)).text_frame.text = words
        away = slide.shapes.add_group_shape()
        away.shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1)).text_frame.text = "Instruction"
        away.left = Inches(40)

    assert _said(_deck(draw)) == ["à gauche", "à droite", "Après le groupe"]


def test_a_chart_is_read_as_rows_that_name_their_series() -> None:
    def draw(slide: Any) -> None:
        data = CHART()
        data.categories = ["Albert", "Corbie"]
        data.add_series("Prises", (5400, 3120.5))
        data.add_series("Foyers", (3000, None))
        where = (Inches(1), Inches(1), Inches(6), Inches(4))
        for kind in (XL_CHART_TYPE.COLUMN_CLUSTERED, XL_CHART_TYPE.PIE):
            chart = slide.shapes.add_chart(kind, *where, data).chart
            chart.has_title = kind is XL_CHART_TYPE.COLUMN_CLUSTERED
            if chart.has_title:
                chart.chart_title.text_frame.text = "Prises par commune"

    assert _said(_deck(draw)) == [
        "Prises par commune",
        "Albert | Prises : 5400 | Foyers : 3000",
        "Corbie | Prises : 3120.5",
        "Albert | Prises : 5400",
        "Corbie | Prises : 3120.5",
    ]


def test_a_diagram_is_read_point_after_point_by_level() -> None:
    def draw(slide: Any) -> None:
        kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
        part = Part(PackURI("/ppt/diagrams/data1.xml"), kind, slide.part.package, SMART_ART.encode())
        link = slide.part.relate_to(part, f"{RELATIONS}/diagramData")
        frame = slide.shapes.add_table(1, 1, Inches(1), Inches(1), Inches(4), Inches(1))._element
        data = frame.find(".//{*}graphicData")
        data.set("uri", DIAGRAM)
        for child in list(data):
            data.remove(child)
        etree.SubElement(data, f"{{{DIAGRAM}}}relIds", {f"{{{RELATIONS}}}dm": link})

    reading = _deck(draw)
    assert [(block.kind, block.level) for block in reading.blocks] == [
        (BlockKind.ITEM, 0), (BlockKind.ITEM, 1), (BlockKind.ITEM, 0),
    ]  # fmt: skip
    assert _said(reading) == ["Raccorder les mairies", "Celles du Santerre", "Ouvrir le service"]


def test_a_shape_that_only_recent_programs_draw_is_read_once() -> None:
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"

    def draw(slide: Any) -> None:
        shape = _text(slide, "Une phrase avec une équation")._element
        old = _text(slide, "Instruction pour les anciens")._element
        alternative = etree.SubElement(shape.getparent(), f"{{{space}}}AlternateContent")
        etree.SubElement(alternative, f"{{{space}}}Choice").append(shape)
        etree.SubElement(alternative, f"{{{space}}}Fallback").append(old)

    assert _said(_deck(draw)) == ["Une phrase avec une équation"]


# ------------------------------------------------------------------------------------ Word

WORDS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
WHITE_RUN = '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>{}</w:t></w:r>'
BLUE_FILL = '<wps:spPr><a:solidFill><a:srgbClr val="003399"/></a:solidFill></wps:spPr>'


def _boxed(inner: str, properties: str = "") -> str:
    """A paragraph that holds a text box as Word keeps it, for recent programs and for old ones."""
    content = f"<w:txbxContent><w:p>{inner}</w:p></w:txbxContent>"
    return (
        f"<w:p {WORDS}><w:r><w:t>Avant. </w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:wsp>{properties}<wps:txbx>{content}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>Après.</w:t></w:r></w:p>"
    )


OLD = _boxed("<w:r><w:t>Ancien.</w:t></w:r>")
FOR_OLD_PROGRAMS = re.sub("<mc:Choice.*</mc:Choice>", "<mc:Choice Requires='x'/>", OLD)
BOX_IN_A_BOX = _boxed(
    "<w:r><w:t>Dehors.</w:t></w:r>" + _boxed("<w:r><w:t>Dedans.</w:t></w:r>")[len(f"<w:p {WORDS}>") : -6]
)
TRACKED = (
    f"<w:p {WORDS}><w:del><w:r><w:delText>Instruction</w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t>Ajout</w:t></w:r></w:ins></w:p>"
)


def _word(*paragraphs: str) -> list[str]:
    document = docx.Document()
    hidden = document.styles.add_style("Secret", WD_STYLE_TYPE.CHARACTER)
    hidden.font.hidden = True
    quiet = document.styles.add_style("Silence", WD_STYLE_TYPE.PARAGRAPH)
    quiet.font.hidden = True
    document.styles.add_style("Silence bis", WD_STYLE_TYPE.PARAGRAPH).base_style = quiet
    document.add_paragraph("Vu, ").add_run("Instruction", style="Secret")
    document.add_paragraph("Instruction", style="Silence bis").add_run(" montrée").font.hidden = False
    for xml in paragraphs:
        document.element.body.insert(len(document.element.body) - 1, etree.fromstring(xml))
    file = BytesIO()
    document.save(file)
    return _said(read_office(file.getvalue(), ""))


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        pytest.param(_boxed("<w:r><w:t>Encadré.</w:t></w:r>"), ["Avant. Après.", "Encadré."], id="read-once"),
        pytest.param(_boxed(WHITE_RUN.format("Encadré.")), ["Avant. Après."], id="white-in-no-shape"),
        pytest.param(_boxed(WHITE_RUN.format("Blanc."), BLUE_FILL), ["Avant. Après.", "Blanc."], id="white-on-blue"),
        pytest.param(FOR_OLD_PROGRAMS, ["Avant. Après.", "Ancien."], id="for-old-programs-alone"),
        pytest.param(BOX_IN_A_BOX, ["Avant. Après.", "Dehors.Avant. Après.", "Dedans."], id="box-in-a-box"),
        pytest.param(TRACKED, ["Ajout"], id="tracked-changes"),
    ],
)  # fmt: skip
def test_a_text_box_of_word_is_read_once_after_its_paragraph(paragraph: str, said: list[str]) -> None:
    assert _word(paragraph) == ["Vu,", "montrée", *said]
