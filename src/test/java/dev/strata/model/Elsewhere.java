package dev.strata.model;

import java.net.URI;

/** The tests of this package against a registry that runs elsewhere, such as several processes behind one address. */
public final class Elsewhere {

    private final URI registry;
    private final String[] headers;

    /** @param headers of all requests, names and values in turn */
    public Elsewhere(URI registry, String... headers) {
        this.registry = registry;
        this.headers = headers.clone();
    }

    private interface Run<T> {
        void run(T test) throws Exception;
    }

    private <T extends RegistryTestCase> void run(T test, Run<T> run) throws Exception {
        test.connect(registry, headers);
        try {
            run.run(test);
        } finally {
            test.disconnect();
        }
    }

    /** Random requests, one after the other, are answered as the model says. */
    public void compareWithModel(int requests) throws Exception {
        run(new RegistryModelTest(), test -> test.compare(requests));
    }

    /** Many have the same upload. */
    public void shareUploads() throws Exception {
        run(new UploadConcurrencyTest(), test -> {
            test.oneOfManyClosesAnUpload();
            test.chunksOfManyAreTakenOnceEachAndInOrder();
            test.uploadIsClosedOrCancelledButNotBoth();
        });
    }

    /** Many push and delete the same, and each answer is one that some order of the requests explains. */
    public void pushAndDelete() throws Exception {
        run(new PushConcurrencyTest(), test -> {
            test.sameBlobInTheSameNewRepository();
            test.differentBlobsInTheSameNewRepository();
            test.sameManifestUnderItsOwnTagOfEachClient();
            test.sameTagPointsAtTheLastManifestOfSomeClient();
            test.everyReferrerIsListedOnce();
        });
        run(new DeleteConcurrencyTest(), test -> {
            test.blobThatIsPushedAndDeletedAtOnce();
            test.manifestsAndATagThatArePushedAndDeletedAtOnce();
            test.noOneWaitsForEverForAnother();
        });
    }
}
