package io.fairlead.bench.report;

import java.util.Locale;

/** Numbers as people read them. Static and stateless. */
final class Figures {
    private static final long KIB = 1024;
    private static final long MIB = KIB * KIB;

    private Figures() {}

    /** Two decimals below a thousand, none above. */
    static String plain(double value) {
        return Math.abs(value) < 1000
                ? String.format(Locale.ROOT, "%.2f", value)
                : String.format(Locale.ROOT, "%,.0f", value);
    }

    /** A length: whole KiB and MiB where it is. */
    static String bytes(long length) {
        if (length >= MIB && length % MIB == 0) {
            return length / MIB + " MiB";
        }
        if (length >= KIB && length % KIB == 0) {
            return length / KIB + " KiB";
        }
        return String.format(Locale.ROOT, "%,d B", length);
    }

    /** Kibibytes, in the unit that suits them. */
    static String kib(double kib) {
        if (kib < KIB) {
            return significant(kib) + " KiB";
        }
        return kib < MIB ? significant(kib / KIB) + " MiB" : significant(kib / MIB) + " GiB";
    }

    /** Nanoseconds, in the unit that suits them. */
    static String duration(double ns) {
        if (ns < 1e3) {
            return significant(ns) + " ns";
        }
        if (ns < 1e6) {
            return significant(ns / 1e3) + " µs";
        }
        return ns < 1e9 ? significant(ns / 1e6) + " ms" : significant(ns / 1e9) + " s";
    }

    /** A count, with k, M or G. */
    static String count(double value) {
        final double size = Math.abs(value);
        if (size < 1e3) {
            return significant(value);
        }
        if (size < 1e6) {
            return significant(value / 1e3) + " k";
        }
        return size < 1e9 ? significant(value / 1e6) + " M" : significant(value / 1e9) + " G";
    }

    /** Three digits that count, and no zeros behind the point that do not. */
    static String significant(double value) {
        if (value == 0) {
            return "0";
        }
        final int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
        if (magnitude < -4 || magnitude > 9) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        final int decimals = Math.max(0, 2 - magnitude);
        final String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
