package io.fairlead.edge;

import io.fairlead.core.TransportKind;
import io.fairlead.core.loop.BalancePolicy;
import io.fairlead.core.loop.CheckKind;
import io.fairlead.core.loop.Failback;
import io.fairlead.core.loop.PeekMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Flags whose value is one of a few words: an enum's constants in lower case with hyphens. <b>Thread safe.</b> */
final class Choice {
    private Choice() {}

    /** Whether something is done. */
    enum Switch {
        /** It is. */
        ON,
        /** It is not. */
        OFF
    }

    /** Whether bytes may pass from socket to socket inside the kernel. */
    enum Splice {
        /** Those of a direction that carries many, where the transport can. */
        AUTO,
        /** Never. */
        OFF
    }

    /** Whether a backend takes connections before its first check. */
    enum Start {
        /** It does. */
        UP,
        /** It does not. */
        DOWN
    }

    /** What becomes of the connections of a backend that is down. */
    enum OnDown {
        /** They live on. */
        KEEP,
        /** They are closed. */
        CLOSE
    }

    /** {@code --check}. */
    static final class Check implements ITypeConverter<CheckKind> {
        @Override
        public CheckKind convert(String value) {
            return of(CheckKind.class, value);
        }
    }

    /** {@code --check-start}. */
    static final class StartState implements ITypeConverter<Start> {
        @Override
        public Start convert(String value) {
            return of(Start.class, value);
        }
    }

    /** {@code --failback}. */
    static final class FailbackTo implements ITypeConverter<Failback> {
        @Override
        public Failback convert(String value) {
            return of(Failback.class, value);
        }
    }

    /** {@code --on-down}. */
    static final class WhenDown implements ITypeConverter<OnDown> {
        @Override
        public OnDown convert(String value) {
            return of(OnDown.class, value);
        }
    }

    /** {@code --balance}. */
    static final class Policy implements ITypeConverter<BalancePolicy> {
        @Override
        public BalancePolicy convert(String value) {
            return of(BalancePolicy.class, value);
        }
    }

    /** {@code --peek}. */
    static final class Peek implements ITypeConverter<PeekMode> {
        @Override
        public PeekMode convert(String value) {
            return of(PeekMode.class, value);
        }
    }

    /** {@code --pin}. */
    static final class OnOff implements ITypeConverter<Switch> {
        @Override
        public Switch convert(String value) {
            return of(Switch.class, value);
        }
    }

    /** {@code --transport}. */
    static final class Transport implements ITypeConverter<TransportKind> {
        @Override
        public TransportKind convert(String value) {
            return of(TransportKind.class, value);
        }
    }

    /** {@code --splice}. */
    static final class Splicing implements ITypeConverter<Splice> {
        @Override
        public Splice convert(String value) {
            return of(Splice.class, value);
        }
    }

    /**
     * The constant a word stands for.
     *
     * @param type the enum.
     * @param word such as {@code round-robin}.
     * @param <E> the enum.
     * @return the constant.
     * @throws TypeConversionException that lists the words.
     */
    static <E extends Enum<E>> E of(Class<E> type, String word) {
        final List<String> words = new ArrayList<>();
        for (final E constant : type.getEnumConstants()) {
            final String known = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (known.equals(word)) {
                return constant;
            }
            words.add(known);
        }
        throw new TypeConversionException("'" + word + "': choose one of " + String.join(", ", words));
    }
}
