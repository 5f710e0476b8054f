package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx with sendfile over the same bytes at the same paths: what a pull costs where nothing has to be known. */
record Nginx(Path program) implements Server {

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String description() throws IOException, InterruptedException {
        return Programs.firstLine(program.toString(), "-v");
    }

    @Override
    public boolean isRegistry() {
        return false;
    }

    @Override
    public Launch prepare(Path directory, int port) throws IOException {
        Path configuration = directory.resolve("nginx.conf");
        Files.createDirectories(directory.resolve("temporary"));
        // As root, nginx would switch to a user that cannot read the directory.
        String user = "root".equals(System.getProperty("user.name")) ? "user root;" : "";
        Files.writeString(configuration, """
                %s
                daemon off;
                worker_processes auto;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  default_type application/octet-stream;
                  keepalive_requests 1000000;
                  client_body_temp_path temporary;
                  proxy_temp_path temporary;
                  fastcgi_temp_path temporary;
                  uwsgi_temp_path temporary;
                  scgi_temp_path temporary;
                  server {
                    listen 127.0.0.1:%d;
                    root data;
                    location = /v2/ { return 200 "{}"; }
                  }
                }
                """.formatted(user, port));
        return new Launch(List.of(program.toString(), "-p", directory.toString(), "-c", configuration.toString(),
                "-e", directory.resolve("error.log").toString()), Map.of());
    }
}
