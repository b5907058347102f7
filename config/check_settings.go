package config

import (
	"net"
	"os"
	"path"
	"strconv"
	"strings"
)

// maxParallel bounds install.parallel: more than any farm has servers is a typing mistake.
const maxParallel = 64

// mostActivities bounds activities.parallel: each holds a connection of the worker's.
const mostActivities = 10000

// checkSettings asks of decoded settings whether a process can run with them.
func (n *notes) checkSettings(s Settings) {
	n.checkName("site", s.Site)
	for i, pattern := range s.Secrets {
		n.checkSecretPattern(element("secrets", i), pattern)
	}
	if s.TLS.CAFile != "" {
		if _, err := os.Stat(s.TLS.CAFile); err != nil {
			n.wrong("tls.ca_file", "%s cannot be read; want a PEM file of certificate authorities", quoted("tls.ca_file", s.TLS.CAFile))
		}
	}
	if s.Kerberos.Config != defaultKrb5Conf {
		if _, err := os.Stat(s.Kerberos.Config); err != nil {
			n.wrong("kerberos.config", "%s cannot be read; want a krb5.conf", quoted("kerberos.config", s.Kerberos.Config))
		}
	}
	n.checkNotify(s.Notify)
	if s.Evidence.Key != "" && !isReference(s.Evidence.Key) {
		n.wrong("evidence.key", "want a reference such as file:/run/secrets/evidence_key, never the key itself")
	}
	if s.Evidence.Key != "" && s.Evidence.Directory != "" {
		n.wrong("evidence.directory", "a worker has one key: either evidence.key refers to it, or evidence.directory keeps one that the worker makes")
	}
	if s.Install.Parallel < 1 || s.Install.Parallel > maxParallel {
		n.wrong("install.parallel", "%d is out of range; want 1 to %d servers at a time", s.Install.Parallel, maxParallel)
	}
	if s.Activities.Parallel < 1 || s.Activities.Parallel > mostActivities {
		n.wrong("activities.parallel", "%d is out of range; want 1 to %d activities at a time", s.Activities.Parallel, mostActivities)
	}
	if s.Health.Address != "" {
		_, port, err := net.SplitHostPort(s.Health.Address)
		number, convErr := strconv.Atoi(port)
		if err != nil || convErr != nil || number < 0 || number > 65535 {
			n.wrong("health.address", "%s is not an address to listen on; want host:port, like 127.0.0.1:8080", quoted("health.address", s.Health.Address))
		}
	}
	n.checkCodec(s.Codec)
	n.checkDeployment(s.Deployment)
	n.checkOneOf("log.level", s.Log.Level, logLevels...)
	n.checkOneOf("log.format", s.Log.Format, logFormats...)
	if s.Operator != "" {
		n.checkPerson("operator", s.Operator)
	}
}

// checkSecretPattern checks one entry of secrets. A secret written here by mistake is not repeated.
func (n *notes) checkSecretPattern(key, pattern string) {
	scheme, rest, _ := strings.Cut(pattern, ":")
	if _, err := path.Match(rest, ""); err != nil || rest == "" || (scheme != "env" && scheme != "file") {
		n.wrong(key, "want a reference or a pattern of references, like env:SP_* or file:/run/secrets/*")
	}
}
