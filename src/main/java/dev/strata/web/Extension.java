package dev.strata.web;

import java.util.List;

/**
 * What this registry has beyond the specification: OCI Distribution Specification, extensions/_oci.md. Each bean of this
 * type is listed by the discovery.
 *
 * @param name the component that all of its endpoints have, with an underscore at its beginning
 * @param url where it is described; a path is one on this server
 * @param description what it is for
 * @param endpoints their paths below a repository
 */
public record Extension(String name, String url, String description, List<String> endpoints) {

    /** The same, described elsewhere. */
    public Extension at(String address) {
        return new Extension(name, address, description, endpoints);
    }
}
