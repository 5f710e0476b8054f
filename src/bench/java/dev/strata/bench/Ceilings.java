package dev.strata.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;

/**
 * What the machine itself can do, measured in this program: no push is faster than the slower of hashing and writing,
 * and no pull faster than one file sent over loopback to a client like this one.
 *
 * @param sha256 MB/s on one core
 * @param writeAndForce MB/s of one file of a large blob's size, to the end of the fsync
 * @param forceMilliseconds the median of many fsyncs after 4 KiB each
 * @param loopback MB/s of that file by sendfile to one client
 */
record Ceilings(double sha256, double writeAndForce, double forceMilliseconds, double loopback) {

    private static final int BLOCK = 1 << 20;
    private static final int FORCES = 200;
    private static final int LOOPBACK_TIMES = 3;

    static Ceilings measure(Path directory, long size) throws IOException, InterruptedException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        byte[] random = new byte[BLOCK];
        new SplittableRandom(size).nextBytes(random);
        block.put(random).flip();
        Path file = directory.resolve("ceiling");
        Disk.settle(directory);
        try {
            double hash = hash(block, size);
            double write = write(file, block, size);
            double loopback = loopback(file);
            return new Ceilings(hash, write, force(file), loopback);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The slower of hashing and writing, MB/s. */
    double push() {
        return Math.min(sha256, writeAndForce);
    }

    private static double hash(ByteBuffer block, long size) {
        MessageDigest digest = Blob.sha256();
        long begin = System.nanoTime();
        for (long left = size; left > 0; left -= BLOCK) {
            digest.update(block.slice(0, (int) Math.min(left, BLOCK)));
        }
        digest.digest();
        return megabytesPerSecond(size, begin);
    }

    private static double write(Path file, ByteBuffer block, long size) throws IOException {
        long begin = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long left = size; left > 0; left -= BLOCK) {
                Connection.writeFully(channel, block.slice(0, (int) Math.min(left, BLOCK)));
            }
            channel.force(true);
        }
        return megabytesPerSecond(size, begin);
    }

    private static double force(Path file) throws IOException {
        double[] milliseconds = new double[FORCES];
        ByteBuffer page = ByteBuffer.allocateDirect(4096);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            for (int index = 0; index < FORCES; index++) {
                Connection.writeFully(channel, page.clear());
                long begin = System.nanoTime();
                channel.force(true);
                milliseconds[index] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(milliseconds);
        return milliseconds[FORCES / 2];
    }

    private static double loopback(Path file) throws IOException, InterruptedException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel accepted = listener.accept();
                FileChannel source = FileChannel.open(file)) {
            long size = source.size();
            FutureTask<Void> sending = new FutureTask<>(() -> {
                send(source, size, accepted);
                return null;
            });
            ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
            long begin = System.nanoTime();
            Thread.ofPlatform().name("sender").daemon().start(sending);
            for (long left = size * LOOPBACK_TIMES; left > 0; left -= buffer.position()) {
                if (client.read(buffer.clear()) < 0) {
                    throw new IOException("the sender stopped early");
                }
            }
            return megabytesPerSecond(size * LOOPBACK_TIMES, begin);
        }
    }

    private static void send(FileChannel source, long size, SocketChannel target) throws IOException {
        for (int time = 0; time < LOOPBACK_TIMES; time++) {
            for (long sent = 0; sent < size;) {
                sent += source.transferTo(sent, size - sent, target);
            }
        }
    }

    private static double megabytesPerSecond(long bytes, long begin) {
        return bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
    }
}
