package io.fairlead.bench.hash;

/** Chooses a member for a client. <b>Thread safe</b>, unless an implementation says otherwise; a choice allocates nothing. */
@FunctionalInterface
public interface Selector {
    /**
     * Choose.
     *
     * @param ipv4 the client's address, its first octet in the highest bits.
     * @return the {@link Member#number() number} of the member.
     */
    int select(int ipv4);
}
