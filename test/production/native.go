package production

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Programs are where the programs of this machine lie that stand for those of the images.
type Programs struct {
	// Bin is the directory of what make built: worker, starter, otelcol, temporal-server, temporal-sql-tool, temporal-ui.
	Bin string
	// Postgres is the directory of PostgreSQL's programs, Prometheus the program.
	Postgres, Prometheus string
}

// notRun are images whose programs are not on this machine.
var notRun = []string{"jaegertracing/", "grafana/"}

// runs reports whether a service can be run here.
func (s Service) runs() bool {
	for _, image := range notRun {
		if strings.HasPrefix(s.Image, image) {
			return false
		}
	}
	return true
}

// entrypoint is the service's, or that of its image.
func (s Service) entrypoint() ([]string, error) {
	if len(s.Entrypoint) > 0 {
		return s.Entrypoint, nil
	}
	for image, own := range map[string]string{
		"farmhand:": "/worker", "otel/": "/otelcol-contrib", "prom/prometheus:": "/bin/prometheus", "postgres:": "postgres",
	} {
		if strings.HasPrefix(s.Image, image) {
			return []string{own}, nil
		}
	}
	return nil, fmt.Errorf("image %s: its entry point is not known", s.Image)
}

// argv is the command line of this machine for a container's.
func (p Programs) argv(s Service, r rewriter) ([]string, error) {
	entry, err := s.entrypoint()
	if err != nil {
		return nil, err
	}
	all := append(append([]string{}, entry...), s.Command...)
	native, ok := map[string]string{
		"/worker": filepath.Join(p.Bin, "worker"), "/starter": filepath.Join(p.Bin, "starter"),
		"/home/ui-server/ui-server": filepath.Join(p.Bin, "temporal-ui"),
		"/otelcol-contrib":          filepath.Join(p.Bin, "otelcol"), "/bin/prometheus": p.Prometheus,
		"postgres": filepath.Join(p.Postgres, "postgres"),
	}[all[0]]
	if !ok {
		native = r.text(all[0]) // a script that is mounted
	}
	return append([]string{native}, r.texts(all[1:])...), nil
}

// surroundings are what a container has in its environment without being told: a path to its image's programs, a home, and
// a host name that is its address.
func (p Programs) surroundings(home, own string) []string {
	return []string{
		"PATH=" + strings.Join([]string{p.Bin, p.Postgres, os.Getenv("PATH")}, string(os.PathListSeparator)),
		"HOME=" + home, "BIND_ON_IP=" + own,
	}
}
