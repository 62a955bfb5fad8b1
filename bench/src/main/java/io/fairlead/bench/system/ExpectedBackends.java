package io.fairlead.bench.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where every client has to be, computed beside the balancer: weighted rendezvous hashing with equal weights in the
 * arithmetic of {@link BigInteger}, and pins as plain memory. Nothing of core is used, so that no mistake in its hash or its
 * pin table can agree with the same mistake here.
 *
 * <p>The rules, all of them: a client goes to the backend that answered it last, as long as that lives; else to the first
 * living one in its own order, which is by falling {@code mix(key ^ id)}.
 *
 * <p><b>Owned by one thread.</b>
 */
final class ExpectedBackends {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);
    private static final BigInteger FIRST_FACTOR = new BigInteger("bf58476d1ce4e5b9", 16);
    private static final BigInteger SECOND_FACTOR = new BigInteger("94d049bb133111eb", 16);

    /** The family's marker: IPv4 addresses stand behind {@code ::ffff:0:0}. */
    private static final BigInteger IPV4_MARKER = new BigInteger("0000ffff00000000", 16);

    private final List<List<String>> orders = new ArrayList<>();
    private final List<String> backends = new ArrayList<>();
    private final Set<String> failed = new HashSet<>();

    /**
     * Nobody has connected yet, and all backends live.
     *
     * @param names of the backends, in any order.
     * @param clients IPv4 addresses.
     */
    ExpectedBackends(List<String> names, List<InetAddress> clients) {
        for (final InetAddress client : clients) {
            final List<String> order = order(names, client);
            orders.add(order);
            backends.add(order.get(0));
        }
    }

    /**
     * A client's order of backends.
     *
     * @param names of the backends.
     * @param client an IPv4 address.
     * @return the owner first.
     */
    static List<String> order(List<String> names, InetAddress client) {
        final BigInteger address = new BigInteger(1, client.getAddress());
        final BigInteger key = mix(mix(BigInteger.ZERO).xor(IPV4_MARKER.or(address)));
        return names.stream()
                .sorted(Comparator.comparing((String name) -> mix(key.xor(id(name))))
                        .reversed())
                .toList();
    }

    /** The backend that a client has to get now. */
    String backend(int client) {
        return backends.get(client);
    }

    /**
     * A backend fails: its clients move.
     *
     * @param name of the backend.
     * @return how many they are.
     */
    int fail(String name) {
        failed.add(name);
        int count = 0;
        for (int client = 0; client < backends.size(); client++) {
            if (backends.get(client).equals(name)) {
                backends.set(client, firstLiving(client));
                count++;
            }
        }
        return count;
    }

    /** A backend returns: nobody moves. */
    void recover(String name) {
        failed.remove(name);
    }

    private String firstLiving(int client) {
        return orders.get(client).stream()
                .filter(name -> !failed.contains(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no backend lives"));
    }

    /** SplitMix64's finaliser. */
    private static BigInteger mix(BigInteger value) {
        BigInteger z = value.xor(value.shiftRight(30)).multiply(FIRST_FACTOR).mod(TWO_TO_64);
        z = z.xor(z.shiftRight(27)).multiply(SECOND_FACTOR).mod(TWO_TO_64);
        return z.xor(z.shiftRight(31));
    }

    /** The first eight bytes of the name's SHA-256. */
    private static BigInteger id(String name) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return new BigInteger(1, digest, 0, Long.BYTES);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
