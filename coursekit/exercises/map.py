"""The course as a map: a row a lesson, its question, a bar in ink, a dot an exercise, and where to go on.

It is one piece of HTML with its own style, so that it also stands in a page without a kernel; without the style it is a
list of links. A link leads to the notebook beside this one and to the question's cell: JupyterLab opens it there by the
fragment `#cell-id=…`.

Neighbour: `course` says how each exercise stands, and the same in plain lines.
"""

from collections.abc import Sequence

from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.openings import opening
from coursekit.exercises.prose import escaped
from coursekit.exercises.standing import Standing
from coursekit.exercises.verdict import bare
from coursekit.language import _, later

SIGNS = {
    "right": '<circle cx="10" cy="10" r="9" fill="currentColor"/><path class="ck-knock" d="M5.5 10.5l3 3 6-7"/>',
    "partly": '<circle cx="10" cy="10" r="7.5" class="ck-ring"/><path d="M10 2.5a7.5 7.5 0 000 15z" fill="currentColor"/>',
    "wrong": '<rect x="1.5" y="1.5" width="17" height="17" rx="4" fill="currentColor"/><path class="ck-knock" d="M6 6l8 8m0-8l-8 8"/>',
    "kept": '<circle cx="10" cy="10" r="7.5" class="ck-ring"/><circle cx="10" cy="10" r="3" fill="currentColor"/>',
    "open": '<circle cx="10" cy="10" r="7.5" class="ck-ring"/>',
}
WORDS = {
    "right": later("right"),
    "partly": later("partly right"),
    "wrong": later("not yet"),
    "kept": later("kept, not checked"),
    "open": later("not answered"),
}
STYLE = """<style>
.ck-map{color-scheme:light dark;--paper:var(--jp-layout-color1,light-dark(#fff,#151a20));--well:light-dark(#eef2f6,#1f2730);--line:light-dark(#d5dde6,#313c48);
--ink:var(--jp-ui-font-color0,light-dark(#1a2531,#e9eef4));--ink-2:light-dark(#51606e,#a9b6c4);--rim:light-dark(#6a7c8f,#8799ac);--now:light-dark(#ffdf6b,#f0c94a);
--now-soft:light-dark(#fff5cf,#39310f);--right:light-dark(#14692d,#7fd89a);--wrong:light-dark(#b42318,#ff9388);background:var(--paper);border:1px solid var(--line);border-radius:14px;
color:var(--ink);container-type:inline-size;font:400 15px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);max-width:1000px;overflow:clip}
[data-jp-theme-light=true] .ck-map{color-scheme:light}[data-jp-theme-light=false] .ck-map{color-scheme:dark}
.ck-map *{box-sizing:border-box}.ck-map .ck-rows{margin:0!important;padding:0!important}.ck-map p,.ck-map ol,.ck-map ul{margin:0;padding:0;list-style:none}.ck-map a:not(.ck-go){color:inherit!important}
.ck-map :focus-visible{box-shadow:0 0 0 2px var(--paper),0 0 0 7px var(--now);outline:3px solid var(--ink);outline-offset:2px}
.ck-map .ck-top{align-items:center;display:flex;flex-wrap:wrap;gap:12px 24px;padding:18px 22px}.ck-map .ck-way{font-size:24px;font-weight:700;letter-spacing:-.015em;line-height:1.2}
.ck-map .ck-quiet{color:var(--ink-2)}.ck-map .ck-go{background:light-dark(#1a2531,#e9eef4);border-bottom:3px solid light-dark(#000,#93a3b3);border-radius:10px;
color:light-dark(#fff,#10161c)!important;font-weight:650;margin-inline-start:auto;min-height:44px;padding:10px 18px;text-decoration:none!important}.ck-map .ck-go:hover{background:light-dark(#314153,#fff)}
.ck-map .ck-rows>li{align-items:center;border-top:1px solid var(--line);display:grid;gap:2px 18px;grid-template-columns:30px minmax(0,350px) minmax(0,1fr);padding:10px 22px}
.ck-map .ck-rows>li[aria-current]{background:var(--now-soft)}.ck-map .ck-no{align-self:start;color:var(--ink-2);font-variant-numeric:tabular-nums;grid-row:span 2;padding-top:2px}
.ck-map .ck-asks{font-weight:650;line-height:1.3;text-decoration:none!important}.ck-map .ck-asks:hover{text-decoration:underline!important}
.ck-map .ck-here{background:var(--now);border-radius:99px;color:#241c00;font-size:12px;font-weight:650;margin-inline-start:6px;padding:1px 9px;white-space:nowrap}
.ck-map .ck-how{align-items:center;color:var(--ink-2);display:flex;font-size:13.5px;font-variant-numeric:tabular-nums;gap:10px;grid-column:2}
.ck-map .ck-bar{background:var(--line);block-size:8px;border-radius:4px;flex:1;overflow:hidden}.ck-map .ck-bar i{background:var(--ink);block-size:100%;display:block}
.ck-map .ck-dots{display:flex;flex-wrap:wrap;grid-column:3;grid-row:1/span 2;margin-inline-start:-7px}
.ck-map .ck-dots a{align-items:center;block-size:34px;border-radius:50%;display:flex;inline-size:34px;justify-content:center}.ck-map .ck-dots a:hover{background:var(--well)}
.ck-map svg{block-size:20px;inline-size:20px;vertical-align:middle}.ck-map .ck-right{color:var(--right)}.ck-map .ck-wrong{color:var(--wrong)}.ck-map .ck-open{color:var(--rim)}
.ck-map .ck-ring{fill:none;stroke:currentColor;stroke-width:2}.ck-map .ck-knock{fill:none;stroke:var(--paper);stroke-linecap:round;stroke-linejoin:round;stroke-width:2.4}
.ck-map .ck-key{border-top:1px solid var(--line);color:var(--ink-2);display:flex;flex-wrap:wrap;font-size:13.5px;gap:4px 20px;padding:10px 22px}
.ck-map .ck-fast{border-bottom:2px solid currentColor;border-radius:0}
@container (max-width:680px){.ck-map .ck-rows>li{grid-template-columns:24px minmax(0,1fr);padding-inline:16px}.ck-map .ck-dots{grid-column:2;grid-row:auto}.ck-map .ck-no{grid-row:span 3}
.ck-map .ck-top{padding:16px}.ck-map .ck-go{inline-size:100%;margin:0;text-align:center}}
</style>"""


def where(exercise: Exercise) -> str:
    """The link from a lesson's notebook to the cell that asks an exercise."""
    return f"../{exercise.lesson}/{exercise.lesson}.ipynb#cell-id={exercise.id}-question"


def html(lessons: Sequence[tuple[str, Sequence[Standing]]], resume: Standing | None) -> str:
    """The map."""
    every = [each for _, standings in lessons for each in standings]
    done = sum(each.sign == "right" for each in every)
    summary = _("{done} of {all} exercises right · {points}").format(done=done, all=len(every), points=tally(every))
    rows = "".join(_row(lesson, standings, resume) for lesson, standings in lessons)
    key = "".join(f"<span>{sign(state)} {escaped(_(words))}</span>" for state, words in WORDS.items())
    rest = _("Nothing is locked. A person marks words, so points leave them out.")
    reference = _("{command} shows a finished exercise again.").format(command='<code>ck.progress("ID")</code>')
    return (
        f'<div class="coursekit-course ck-map" role="group" aria-label="{escaped(_("Your way through the course"))}">{STYLE}'
        f'<div class="ck-top"><div><p class="ck-way">{escaped(_("Your way through the course"))}</p>'
        f'<p class="ck-quiet">{escaped(summary)}</p></div>{_go(resume)}</div><ol class="ck-rows">{rows}</ol>'
        f'<p class="ck-key">{key}</p><p class="ck-key"><span>{escaped(rest)} {reference}</span></p></div>'
    )


def _go(resume: Standing | None) -> str:
    if resume is None:
        return f"<p><strong>{escaped(_('All exercises are done.'))}</strong></p>"
    words = _("Go on with “{title}”").format(title=resume.exercise.title)
    return f'<a class="ck-go" href="{where(resume.exercise)}">{escaped(words)}</a>'


def _row(lesson: str, standings: Sequence[Standing], resume: Standing | None) -> str:
    opens, number = opening(lesson), lesson.partition("-")[0]
    here = resume is not None and resume.exercise.lesson == lesson
    had, total = points(standings)
    how = _("{had} of {total} · {minutes} min") if opens.minutes else _("{had} of {total}")
    how = how.format(had=bare(had), total=bare(total), minutes=opens.minutes)
    mark = f' <span class="ck-here">{escaped(_("you are here"))}</span>' if here else ""
    current = ' aria-current="step"' if here else ""
    label = _("Exercises of lesson {number}").format(number=number)
    return (
        f'<li{current}><span class="ck-no">{escaped(number)}</span>'
        f'<span><a class="ck-asks" href="../{escaped(lesson)}/{escaped(lesson)}.ipynb">{escaped(opens.question)}</a>{mark}</span>'
        f'<span class="ck-how"><span class="ck-bar" aria-hidden="true"><i style="inline-size:{100 * had / total if total else 0:.0f}%"></i></span>'
        f"<span>{escaped(how)}</span></span>"
        f'<ul class="ck-dots" aria-label="{escaped(label)}">{"".join(map(_dot, standings))}</ul></li>'
    )


def _dot(each: Standing) -> str:
    said = _("{title}: {state}").format(title=each.exercise.title, state=_(WORDS[each.sign]))
    return f'<li><a href="{where(each.exercise)}" title="{escaped(said)}" aria-label="{escaped(said)}">{sign(each.sign)}</a></li>'


def sign(state: str) -> str:
    """The sign of a state, as inline SVG without words."""
    return f'<svg class="ck-{state}" viewBox="0 0 20 20" aria-hidden="true">{SIGNS[state]}</svg>'


def points(standings: Sequence[Standing]) -> tuple[float, float]:
    """Points had and to be had, words aside: a person marks those."""
    counted = [each for each in standings if each.exercise.kind is not Kind.PROSE]
    return sum(each.tried.best for each in counted), sum(each.exercise.points for each in counted)


def tally(standings: Sequence[Standing]) -> str:
    """Points had and to be had, words aside.

    >>> tally([])
    '0 of 0 points'
    """
    had, total = points(standings)
    return _("{had} of {total} points").format(had=bare(had), total=bare(total))
