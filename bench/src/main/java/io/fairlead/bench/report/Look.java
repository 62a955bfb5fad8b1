package io.fairlead.bench.report;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * How a subject is drawn: its family by colour, itself by dash and marker, so that no one needs to see the colours. <b>Immutable.</b>
 *
 * @param family that gives the colour.
 * @param index in its family, from 0.
 */
record Look(Family family, int index) {
    private static final String[] DASHES = {"", "7 4", "2 3", "10 3 2 3"};
    private static final Shape[] SHAPES = Shape.values();

    /** Who made it. The last is drawn last, over the others. */
    enum Family {
        DIRECT,
        OTHER,
        C,
        HAPROXY,
        NGINX,
        FAIRLEAD;

        static Family of(String subject) {
            if (subject.startsWith("fairlead") || subject.startsWith("core")) {
                return FAIRLEAD;
            }
            if (subject.startsWith("nginx")) {
                return NGINX;
            }
            if (subject.startsWith("haproxy")) {
                return HAPROXY;
            }
            if (subject.startsWith("c-")) {
                return C;
            }
            return subject.equals(RigComparison.DIRECT) ? DIRECT : OTHER;
        }
    }

    /** Of a marker. */
    enum Shape {
        CIRCLE,
        SQUARE,
        TRIANGLE,
        DIAMOND
    }

    /** One for each, in their order; the same whatever that order is, so that pictures of the same subjects agree. */
    static Map<String, Look> of(Collection<String> subjects) {
        final Map<Family, Integer> counts = new EnumMap<>(Family.class);
        final Map<String, Look> byName = new HashMap<>();
        for (final String subject : new TreeSet<>(subjects)) {
            final Family family = Family.of(subject);
            byName.put(subject, new Look(family, counts.merge(family, 1, Integer::sum) - 1));
        }
        final Map<String, Look> looks = new LinkedHashMap<>();
        subjects.forEach(subject -> looks.put(subject, byName.get(subject)));
        return looks;
    }

    /** The class that the style sheet knows it by. */
    String cssClass() {
        return family.name().toLowerCase(Locale.ROOT);
    }

    boolean isAccented() {
        return family == Family.FAIRLEAD;
    }

    /** As {@code stroke-dasharray} has it; empty for a whole line. */
    String dash() {
        return DASHES[index % DASHES.length];
    }

    /** Another for those whose dash repeats. */
    Shape shape() {
        return SHAPES[(index + index / DASHES.length) % SHAPES.length];
    }
}
