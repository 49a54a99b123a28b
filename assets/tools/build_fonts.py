"""Rebuild `assets/fonts` and `assets/icons` from the published font packages.

Run it by hand when a font or the list of icons changes; the results are committed, so players need none of
this. It needs fontTools with brotli and the unpacked npm packages `inter-ui`, `@fontsource/jetbrains-mono`
and `lucide-static`:

    python -m assets.tools.build_fonts --inter DIR --jetbrains DIR --lucide DIR

pygame can neither vary an axis nor switch an OpenType feature on, so weights are static files and the tabular
digits of Inter (feature `tnum`) become a second file whose digits are mapped to those glyphs.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ASSETS = Path(__file__).resolve().parent.parent
WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
TEXT_RANGES = (
    (0x20, 0x7E),  # Latin, with its supplement and extensions, for people's names
    (0xA0, 0x24F),
    (0x370, 0x3FF),  # Greek
    (0x400, 0x45F),  # Cyrillic
    (0x1E00, 0x1EFF),  # Vietnamese and Welsh letters
    (0x2010, 0x2027),  # dashes, quotes, bullet, ellipsis
    (0x2030, 0x203A),
    (0x2044, 0x2044),
    (0x20AC, 0x20AC),
    (0x2116, 0x2122),
    (0x2190, 0x2199),  # arrows
    (0x2202, 0x2265),  # mathematical signs
    (0x25A0, 0x25CF),  # shapes
    (0x2713, 0x2717),
)


def text_codepoints() -> set[int]:
    """Every code point that the text fonts keep."""
    return {code for first, last in TEXT_RANGES for code in range(first, last + 1)}


def subset(font: TTFont, codepoints: set[int], features: list[str]) -> None:
    """Reduce `font` in place to `codepoints`, keeping only `features` and no hinting."""
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["STAT", "meta"]
    worker = Subsetter(options)
    worker.populate(unicodes=codepoints)
    worker.subset(font)


def save(font: TTFont, path: Path) -> None:
    """Write `font` as plain TrueType, byte for byte the same for the same input."""
    font.flavor = None
    font.recalcTimestamp = False
    font.save(path)


def tabular_glyphs(font: TTFont) -> dict[str, str]:
    """Map each glyph with a tabular form to that form, as the font's `tnum` feature says."""
    gsub = font["GSUB"].table
    indices = {
        index
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    mapping: dict[str, str] = {}
    for index in sorted(indices):
        for table in gsub.LookupList.Lookup[index].SubTable:
            mapping.update(getattr(getattr(table, "ExtSubTable", table), "mapping", {}))
    return mapping


def use_tabular_digits(font: TTFont) -> None:
    """Point the code points of digits and number signs at equally wide glyphs, in place."""
    mapping = tabular_glyphs(font)
    for table in font["cmap"].tables:
        for code in [*range(0x30, 0x3A), *map(ord, ".,:+-−")]:
            glyph = table.cmap.get(code)
            if glyph in mapping:
                table.cmap[code] = mapping[glyph]


def rename(font: TTFont, suffix: str) -> None:
    """Tell the changed font apart from the original by name."""
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 16}:
            record.string = f"{record.toUnicode()} {suffix}"
        elif record.nameID == 6:
            record.string = f"{record.toUnicode()}-{suffix}"


def align_bearings(font: TTFont) -> None:
    """Make each left side bearing agree with its outline.

    Lucide declares 0 for all of them, as it does for the outlines' own left edges; FreeType believes it and
    moves every glyph to the left edge of its box.
    """
    for name, (advance, _) in list(font["hmtx"].metrics.items()):
        glyph = font["glyf"][name]
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))


def build_text(inter: Path, jetbrains: Path) -> None:
    """Write Inter in four weights, two tabular builds of it, and JetBrains Mono."""
    fonts = ASSETS / "fonts"
    for name in WEIGHTS:
        font = TTFont(inter / "web" / f"Inter-{name}.woff2")
        subset(font, text_codepoints(), ["kern", "mark", "mkmk", "ccmp", "tnum"])
        save(font, fonts / f"Inter-{name}.ttf")
        if name in {"Medium", "Bold"}:
            font = TTFont(inter / "web" / f"Inter-{name}.woff2")
            use_tabular_digits(font)
            rename(font, "Tabular")
            subset(font, text_codepoints(), ["kern", "ccmp"])
            save(font, fonts / f"Inter-Tabular-{name}.ttf")
    mono = TTFont(jetbrains / "files" / "jetbrains-mono-latin-400-normal.woff2")
    subset(mono, text_codepoints(), ["ccmp"])
    save(mono, fonts / "JetBrainsMono-Regular.ttf")
    shutil.copy(inter / "LICENSE.txt", ASSETS / "LICENSES" / "Inter-OFL.txt")
    shutil.copy(jetbrains / "LICENSE", ASSETS / "LICENSES" / "JetBrainsMono-OFL.txt")


def build_icons(lucide: Path) -> None:
    """Write the subset of Lucide named in `icon_names.txt`, and its table of code points."""
    names = sorted(set((Path(__file__).parent / "icon_names.txt").read_text("utf-8").split()))
    known: dict[str, int] = json.loads((lucide / "font" / "codepoints.json").read_text("utf-8"))
    missing = [name for name in names if name not in known]
    if missing:
        raise SystemExit(f"these icons are not in this Lucide: {', '.join(missing)}; see its codepoints.json")
    font = TTFont(lucide / "font" / "lucide.ttf")
    subset(font, {known[name] for name in names}, [])
    align_bearings(font)
    save(font, ASSETS / "icons" / "lucide.ttf")
    table = json.dumps({name: known[name] for name in names}, indent=0, sort_keys=True)
    (ASSETS / "icons" / "lucide.json").write_text(table + "\n", "utf-8")
    shutil.copy(lucide / "LICENSE", ASSETS / "LICENSES" / "Lucide-ISC.txt")


def main() -> None:
    """Read the three package folders from the command line and build everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for package in ("inter", "jetbrains", "lucide"):
        parser.add_argument(f"--{package}", type=Path, required=True, help="the unpacked npm package")
    args = parser.parse_args()
    build_text(args.inter, args.jetbrains)
    build_icons(args.lucide)


if __name__ == "__main__":
    main()
