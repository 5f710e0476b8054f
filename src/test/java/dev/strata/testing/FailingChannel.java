package dev.strata.testing;

import dev.strata.testing.FailingDisk.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of a {@link FailingDisk}. A write that fails has written the first half of its bytes. */
final class FailingChannel extends FileChannel {

    private final FailingDisk disk;
    private final Path file;
    private final FileChannel channel;
    private final PowerCut content;

    FailingChannel(FailingDisk disk, Path file, FileChannel channel, PowerCut content) {
        this.disk = disk;
        this.file = file;
        this.channel = channel;
        this.content = content;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        try {
            disk.call(Call.WRITE, file);
        } catch (IOException e) {
            writeSome(source, position, source.remaining() / 2);
            throw e;
        }
        return writeSome(source, position, source.remaining());
    }

    private int writeSome(ByteBuffer source, long position, int count) throws IOException {
        byte[] bytes = new byte[count];
        source.get(bytes);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left, position + left.position());
        }
        content.write(position, bytes);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        long position = channel.position();
        int count = write(source, position);
        channel.position(position + count);
        return count;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long count = 0;
        for (int i = offset; i < offset + length; i++) {
            count += write(sources[i]);
        }
        return count;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        boolean succeeded = false;
        try {
            disk.call(Call.FORCE, file);
            channel.force(metadata);
            succeeded = true;
        } finally {
            content.forced(succeeded);
            if (Files.isDirectory(file)) {
                disk.namesForced(file, succeeded);
            }
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.call(Call.TRUNCATE, file);
        channel.truncate(size);
        content.truncate(size);
        return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
        disk.call(Call.CLOSE, file);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return channel.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return channel.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException("Nobody writes like this");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException("Nobody writes like this");
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return channel.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return channel.tryLock(position, size, shared);
    }
}
