package io.fairlead.bench.load;

import java.io.IOException;

/**
 * What the kernel takes for sockets and all else, of the whole machine: only differences mean something, and only if nothing
 * else opens sockets meanwhile. <b>Immutable.</b>
 *
 * @param tcpPages pages of memory that hold bytes of TCP sockets.
 * @param slabKib the kernel's objects, sockets among them, in KiB.
 */
record KernelMemory(long tcpPages, long slabKib) {
    /** As it is now. */
    static KernelMemory now() throws IOException {
        final String sockets = ProcFile.text("net/sockstat");
        final String tcp = sockets.substring(sockets.indexOf("TCP:"));
        return new KernelMemory(
                ProcFile.number(tcp.substring(tcp.indexOf("mem ")), "mem"),
                ProcFile.number(ProcFile.text("meminfo"), "Slab:"));
    }

    /** TCP sockets of IPv4 that are in use on this machine. */
    static long socketCount() throws IOException {
        return ProcFile.number(ProcFile.text("net/sockstat"), "TCP: inuse");
    }

    /** KiB of a page. */
    static long pageKib() throws IOException {
        return ProcFile.number(ProcFile.text("self/smaps"), "KernelPageSize:");
    }

    /** How much more there is than there was. */
    KernelMemory since(KernelMemory before) {
        return new KernelMemory(tcpPages - before.tcpPages, slabKib - before.slabKib);
    }
}
