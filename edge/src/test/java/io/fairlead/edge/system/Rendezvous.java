package io.fairlead.edge.system;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Rendezvous hashing of IPv4 clients over backends of equal weight, written from its description and on unbounded integers,
 * so that it shares nothing with the code it checks.
 */
final class Rendezvous {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private Rendezvous() {}

    /** The backends in a client's order: its owner first, then the one it goes to without that, and so on. */
    static List<String> order(String address, List<String> backends) {
        final BigInteger key = key(address);
        return backends.stream()
                .sorted(Comparator.comparing((String backend) -> mix(key.xor(id(backend))))
                        .reversed())
                .toList();
    }

    /** Addresses of clients, different for different numbers. */
    static String address(int number) {
        return "127." + (1 + number % 199) + "." + (number * 29 % 256) + "." + (1 + number % 250);
    }

    /** Addresses of clients whose order begins with these backends. */
    static List<String> addresses(int count, List<String> beginning, List<String> backends) {
        final Predicate<String> fits =
                address -> order(address, backends).subList(0, beginning.size()).equals(beginning);
        return IntStream.range(0, 199 * 250)
                .mapToObj(Rendezvous::address)
                .filter(fits)
                .limit(count)
                .toList();
    }

    /** SplitMix64's finaliser. */
    private static BigInteger mix(BigInteger value) {
        BigInteger z = value;
        z = z.xor(z.shiftRight(30))
                .multiply(new BigInteger("bf58476d1ce4e5b9", 16))
                .mod(TWO_TO_64);
        z = z.xor(z.shiftRight(27))
                .multiply(new BigInteger("94d049bb133111eb", 16))
                .mod(TWO_TO_64);
        return z.xor(z.shiftRight(31));
    }

    /** The first half of an IPv4 client's key is 0, the second 0000 FFFF and its address. */
    private static BigInteger key(String address) {
        BigInteger lo = BigInteger.valueOf(0xFFFF);
        for (final String part : address.split("\\.", -1)) {
            lo = lo.shiftLeft(8).add(new BigInteger(part));
        }
        return mix(mix(BigInteger.ZERO).xor(lo));
    }

    private static BigInteger id(String backend) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(backend.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest, 0, 8);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
