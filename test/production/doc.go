// Package production runs the services of docker-compose.yml as processes of this machine: with their environment, command
// lines, scripts, secrets and configuration files, in their order and behind their health checks. Each gets an address of
// its own in a 127.x.y.0/24, so that it listens on the ports it has in its container, and names of services become
// addresses. On that stack a rollout of a simulated farm runs while PostgreSQL, a Temporal server and a worker are killed.
//
// A process is no container: images, users, capabilities, networks and volumes of Docker are not tested here.
// docs/production.md says for each part what was run.
//
// Read project.go (the file), network.go and rewrite.go (names, addresses, paths), stack.go (the order), container.go and
// native.go (which program is a service), process.go (up again when killed), database.go and names.go (PostgreSQL, DNS).
package production
