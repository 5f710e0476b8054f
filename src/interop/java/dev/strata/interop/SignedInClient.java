package dev.strata.interop;

import java.util.Optional;

/**
 * What a user of a client types to sign in, to pull and to push. The words are for bash, with these variables: the registry
 * {@code R}, the user {@code U} and the password {@code P}, the namespace {@code N} that has {@code base:1}, the repository
 * {@code T} to push to, and the user's own directory {@code D}.
 */
enum SignedInClient {
    DOCKER(
            "docker login -u \"$U\" -p \"$P\" $R",
            "docker pull $R/$N/base:1",
            "docker pull $R/public/base:1 && docker tag $R/public/base:1 $R/$T:1 && docker push $R/$T:1",
            true),
    PODMAN(
            "podman login --tls-verify=false -u \"$U\" -p \"$P\" $R",
            "podman pull --tls-verify=false $R/$N/base:1",
            "podman pull --tls-verify=false $R/public/base:1 && podman push --tls-verify=false $R/public/base:1 $R/$T:1",
            true),
    BUILDAH(
            "buildah login --tls-verify=false -u \"$U\" -p \"$P\" $R",
            "buildah pull --policy=always --tls-verify=false $R/$N/base:1",
            "buildah pull --tls-verify=false $R/public/base:1"
                    + " && buildah push --tls-verify=false $R/public/base:1 docker://$R/$T:1",
            true),
    SKOPEO(
            "skopeo login --tls-verify=false -u \"$U\" -p \"$P\" $R",
            "skopeo copy --src-tls-verify=false docker://$R/$N/base:1 dir:$D/pulled",
            "skopeo copy --src-tls-verify=false --dest-tls-verify=false docker://$R/public/base:1 docker://$R/$T:1",
            true) {
        @Override
        Optional<String> delete() {
            return Optional.of("skopeo delete --tls-verify=false docker://$R/$N/base:1");
        }
    },
    CRANE(
            "crane auth login -u \"$U\" -p \"$P\" $R",
            "crane pull $R/$N/base:1 $D/image.tar",
            "crane copy $R/public/base:1 $R/$T:1",
            true) {
        @Override
        Optional<String> delete() {
            return Optional.of("crane delete $R/$N/base:1");
        }
    },
    ORAS(
            "oras login --plain-http -u \"$U\" -p \"$P\" $R",
            "oras manifest fetch --plain-http $R/$N/base:1",
            "oras cp --from-plain-http --to-plain-http $R/public/base:1 $R/$T:1",
            true) {
        @Override
        Optional<String> delete() {
            return Optional.of("oras manifest delete --plain-http --force $R/$N/base:1");
        }
    },
    CONTAINERD(
            "true",
            "ctr images pull --plain-http ${U:+-u \"$U:$P\"} $R/$N/base:1",
            "ctr images pull --plain-http ${U:+-u \"$U:$P\"} $R/public/base:1"
                    + " && ctr images push --plain-http ${U:+-u \"$U:$P\"} $R/$T:1 $R/public/base:1",
            true),
    /** It builds on what it pulls, and sends what it has unpacked. */
    BUILDKIT(
            "docker login -u \"$U\" -p \"$P\" $R",
            "echo FROM $R/$N/base:1 >$D/Dockerfile && " + Constants.BUILD + " --output type=tar,dest=$D/pulled.tar",
            "echo FROM $R/public/base:1 >$D/Dockerfile && " + Constants.BUILD
                    + " --output type=image,name=$R/$T:1,push=true,registry.insecure=true",
            false),
    /** Its charts are not images, and nobody has them in another repository. */
    HELM(
            "helm registry login --plain-http -u \"$U\" -p \"$P\" $R",
            "helm pull --plain-http oci://$R/$N/charts/base --version 1.0.0 --destination $D",
            "cd $D && helm create base && helm package --version 1.0.0 base && helm push --plain-http base-1.0.0.tgz oci://$R/$T",
            false) {
        @Override
        String pushed(String target) {
            return target + "/base";
        }

        @Override
        String tag() {
            return "1.0.0";
        }
    };

    private static final class Constants {
        private static final String BUILD =
                "buildctl build --frontend dockerfile.v0 --local context=$D --local dockerfile=$D";
    }

    private final String login;
    private final String pull;
    private final String push;
    private final boolean mounts;

    SignedInClient(String login, String pull, String push, boolean mounts) {
        this.login = login;
        this.pull = pull;
        this.push = push;
        this.mounts = mounts;
    }

    String login() {
        return login;
    }

    String pull() {
        return pull;
    }

    /** Pushes what it pulls from the public namespace. */
    String push() {
        return push;
    }

    /** Whether it has the registry link blobs from the repository that it knows them to be in. */
    boolean mounts() {
        return mounts;
    }

    /** Deletes from a namespace; empty where the client cannot. */
    Optional<String> delete() {
        return Optional.empty();
    }

    /** The repository that a push to this one makes. */
    String pushed(String target) {
        return target;
    }

    /** The tag that it makes there. */
    String tag() {
        return "1";
    }
}
