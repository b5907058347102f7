package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
)

// defaultRetention is how long a closed run stays readable. Temporal's development server deletes closed runs after a
// day; a rollout's history is evidence and must outlive the change's review.
const defaultRetention = 30 * 24 * time.Hour

// minRetention is the shortest retention a namespace may have: anything less and runs vanish while people still look.
const minRetention = 24 * time.Hour

// farmhandAttributes are the search attributes the workflows set. A worker refuses to start without them.
func farmhandAttributes() attributes {
	return attributes{
		"RolloutId":    enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"FarmName":     enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"RolloutPhase": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"PendingGate":  enumspb.INDEXED_VALUE_TYPE_KEYWORD,
		"Outcome":      enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	}
}

// options is what the flags say, checked.
type options struct {
	db            string // absolute path of the SQLite file
	ip            netip.Addr
	ports         ports
	namespace     string
	retention     time.Duration
	synchronous   string // SQLite's synchronous pragma: FULL or NORMAL
	attributes    attributes
	logLevel      string
	exitWithStdin bool
	tls           tlsFiles
	apiKey        string // that clients must send; empty: none
	inner         inner  // of the server's own parts, with TLS
	version       bool   // only say which build this is
}

// parseOptions reads the flags. It reports every mistake at once, and flag.ErrHelp when help was asked for.
func parseOptions(args []string, usage io.Writer) (options, error) {
	var (
		opts        = options{attributes: farmhandAttributes()}
		ip          string
		port        int
		uiPort      int
		metricsPort int
		headless    bool
		keyFile     string
		flags       = flag.NewFlagSet("devserver", flag.ContinueOnError)
	)
	flags.SetOutput(usage)
	flags.StringVar(&opts.db, "db", "farmhand.db", "SQLite `file` that holds every history; made when missing")
	flags.StringVar(&ip, "ip", "127.0.0.1", "`address` to listen on")
	flags.IntVar(&port, "port", 7233, "gRPC `port` clients and workers connect to; the first of a block of ten (see ports.go)")
	flags.IntVar(&uiPort, "ui-port", 0, "web UI `port` (0: --port plus 8)")
	flags.IntVar(&metricsPort, "metrics-port", 0, "Prometheus `port` (0: --port plus 9)")
	flags.BoolVar(&headless, "headless", false, "do not serve the web UI")
	flags.StringVar(&opts.namespace, "namespace", "default", "`namespace` to create")
	flags.DurationVar(&opts.retention, "retention", defaultRetention, "how long closed runs are kept")
	flags.StringVar(&opts.synchronous, "synchronous", "FULL", "SQLite synchronous `mode`: FULL survives a power cut, NORMAL is faster and survives kill -9 only")
	flags.Var(opts.attributes, "search-attribute", "one more search attribute, as `Name=Type` (repeatable; Keyword, Datetime, Int, Bool, Double, Text, KeywordList)")
	flags.StringVar(&opts.logLevel, "log-level", "error", "`level` of the server's log on standard error: debug, info, warn, error")
	flags.BoolVar(&opts.exitWithStdin, "exit-with-stdin", false, "stop when standard input ends, so that the server never outlives its parent")
	flags.StringVar(&opts.tls.cert, "tls-cert", "", "PEM `file` of the certificate that clients see; with --tls-key the server speaks TLS")
	flags.StringVar(&opts.tls.key, "tls-key", "", "PEM `file` of its key")
	flags.StringVar(&opts.tls.clientCA, "tls-client-ca", "", "PEM `file` of the authority whose certificates clients must have; empty: they need none")
	flags.StringVar(&keyFile, "api-key-file", "", "`file` with the API key that clients must send (TEMPORAL_API_KEY); empty: none")
	flags.BoolVar(&opts.version, "version", false, "say which build this is, and stop")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if opts.version {
		return opts, nil
	}

	var errs []error
	if flags.NArg() > 0 {
		errs = append(errs, fmt.Errorf("unexpected argument %q: everything is a flag, see --help", flags.Arg(0)))
	}
	var err error
	if opts.ip, err = netip.ParseAddr(ip); err != nil {
		errs = append(errs, fmt.Errorf("--ip %q is not an IP address", ip))
	}
	if opts.ports, err = newPorts(port, uiPort, metricsPort, headless); err != nil {
		errs = append(errs, err)
	}
	if opts.db, err = databasePath(opts.db); err != nil {
		errs = append(errs, err)
	}
	if opts.apiKey, err = readAPIKey(keyFile, opts.tls); err != nil {
		errs = append(errs, err)
	}
	if opts.inner, err = newInner(); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, opts.tls.check()...)
	return opts, errors.Join(append(errs, opts.check()...)...)
}

// check finds what is wrong with the values that need no parsing.
func (o options) check() []error {
	var errs []error
	if o.namespace == "" {
		errs = append(errs, errors.New("--namespace is empty"))
	}
	if o.retention < minRetention {
		errs = append(errs, fmt.Errorf("--retention %s is too short: at least %s", o.retention, minRetention))
	}
	if o.synchronous != "FULL" && o.synchronous != "NORMAL" {
		errs = append(errs, fmt.Errorf("--synchronous %q is neither FULL nor NORMAL", o.synchronous))
	}
	switch o.logLevel {
	case "debug", "info", "warn", "error":
	default:
		errs = append(errs, fmt.Errorf("--log-level %q is none of debug, info, warn, error", o.logLevel))
	}
	return errs
}

// databasePath makes path absolute. It refuses what SQLite's file: URI would read as syntax, because the server builds
// that URI without escaping.
func databasePath(path string) (string, error) {
	if path == "" {
		return "", errors.New("--db is empty: name the SQLite file")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("--db %s: %w", path, err)
	}
	if i := strings.IndexAny(abs, "?#%"); i >= 0 {
		return "", fmt.Errorf("--db %s: the path has a %q in it, which a SQLite URI would misread: use another path", abs, abs[i])
	}
	return abs, nil
}
