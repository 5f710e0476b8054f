package dev.strata.cache.commits;

import dev.strata.database.replay.Redo;
import org.springframework.stereotype.Component;

/** Makes the cache's own changes again. Entries from images come again with the images. */
@Component
class CacheRedo implements Redo {

    private final EntryRecorder recorder;

    CacheRedo(EntryRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public char feature() {
        return CacheChange.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        switch (CacheChange.ofBytes(change)) {
            case CacheChange.Recorded recorded -> recorder.recordAgain(recorded);
            case CacheChange.Deleted deleted -> recorder.deleteAgain(deleted);
        }
    }
}
