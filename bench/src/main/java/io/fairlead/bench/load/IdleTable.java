package io.fairlead.bench.load;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What idle WebSockets cost, from looks at herds of several sizes to tables. <b>Immutable.</b> */
final class IdleTable {
    private static final double BYTES_PER_KIB = 1024;
    private static final String LOOK_HEAD = """
            | subject | WebSockets | PSS, KiB | RSS, KiB | private, KiB | kernel: TCP pages | kernel: slab, KiB |
            |---|---|---|---|---|---|---|
            """;
    private static final String SLOPE_HEAD = """

            | subject | process (PSS), bytes each | kernel: slab, bytes each | kernel: TCP pages, bytes each |
            |---|---|---|---|
            """;

    private final List<HerdLook> looks;
    private final String direct;
    private final long pageKib;

    /**
     * Of these looks.
     *
     * @param looks at every target's herds.
     * @param direct the target that has nothing in between; may be absent.
     * @param pageKib KiB of a page.
     */
    IdleTable(List<HerdLook> looks, String direct, long pageKib) {
        this.looks = looks;
        this.direct = direct;
        this.pageKib = pageKib;
    }

    /** Both tables, in Markdown. */
    String markdown() {
        final StringBuilder text = new StringBuilder(LOOK_HEAD);
        for (final HerdLook look : looks) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d | %+d | %+d |%n",
                    look.subject(),
                    look.count(),
                    look.process().pssKib(),
                    look.process().rssKib(),
                    look.process().privateKib(),
                    look.kernel().tcpPages(),
                    look.kernel().slabKib()));
        }
        text.append(SLOPE_HEAD);
        final Set<String> subjects = new LinkedHashSet<>();
        looks.forEach(look -> subjects.add(look.subject()));
        subjects.stream().filter(subject -> sizeCount(subject) > 1).forEach(subject -> text.append(slopes(subject)));
        return text.append(String.format(
                        Locale.ROOT,
                        "%nSlopes of least-squares lines through the herds. Kernel figures are the whole machine's, from before"
                                + " the first herd on%s.%n",
                        isDirectKnown() ? "; those of a balancer are less " + direct + "'s" : ""))
                .toString();
    }

    private String slopes(String subject) {
        final boolean isLessDirect = isDirectKnown() && !subject.equals(direct);
        final ToDoubleFunction<HerdLook> slab = look -> look.kernel().slabKib();
        final ToDoubleFunction<HerdLook> pages = look -> look.kernel().tcpPages() * pageKib;
        final boolean hasProcess =
                of(subject).stream().anyMatch(look -> look.process().pssKib() > 0);
        final double process = slope(subject, look -> look.process().pssKib());
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f |%n",
                subject,
                hasProcess ? String.format(Locale.ROOT, "%.0f", process) : "–",
                slope(subject, slab) - (isLessDirect ? slope(direct, slab) : 0),
                slope(subject, pages) - (isLessDirect ? slope(direct, pages) : 0));
    }

    private double slope(String subject, ToDoubleFunction<HerdLook> kib) {
        return BYTES_PER_KIB * HerdLook.slope(of(subject), kib);
    }

    private boolean isDirectKnown() {
        return sizeCount(direct) > 1;
    }

    private long sizeCount(String subject) {
        return of(subject).stream().mapToInt(HerdLook::count).distinct().count();
    }

    private List<HerdLook> of(String subject) {
        return looks.stream().filter(look -> look.subject().equals(subject)).toList();
    }
}
