/**
 * How connections become requests: Tomcat's own protocol, with bounds on the memory, the threads and the time that a client
 * takes.
 */
@NullMarked
package dev.strata.web.connector.protocol;

import org.jspecify.annotations.NullMarked;
