package io.fairlead.bench.gate;

import java.util.Random;

/** Stands in for {@link java.security.SecureRandom} in counted code: the same numbers, and so the same chains, in every run. */
public final class FixedRandom extends Random {
    private static final long serialVersionUID = 1L;
    private static final long SEED = 0x5eed;

    /** As the one it stands in for. */
    public FixedRandom() {
        super(SEED);
    }
}
