package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"farmhand/config"
	"farmhand/internal/notify"
	"farmhand/internal/secrets"
	"farmhand/internal/telemetry"
	"farmhand/internal/version"
)

// options are the flags and settings of one worker.
type options struct {
	settings config.Settings
	// workflows says whether the worker also takes workflow tasks; a site's worker can leave them to others.
	workflows     bool
	runbooks      string // directory; empty writes none
	exitWithStdin bool
	version       bool // say which build this is, and end
	// check asks a worker that runs already, and ends.
	check bool
	// receivers are told of events; testNotifications tells all of them once, and does nothing else.
	receivers         *notify.Receivers
	testNotifications bool
}

// parseOptions reads flags and settings. It returns flag.ErrHelp when help was asked for.
func parseOptions(args []string, usage io.Writer) (options, error) {
	var (
		opts  options
		file  string
		site  string
		build config.DeploymentSettings
		flags = flag.NewFlagSet("worker", flag.ContinueOnError)
	)
	flags.SetOutput(usage)
	flags.StringVar(&file, "config", "", "settings `file`; empty: "+config.SettingsFile+" in the working directory, if there is one")
	flags.StringVar(&site, "site", "", "`site` whose farms this worker serves; empty: the setting site")
	flags.BoolVar(&opts.workflows, "workflows", true, "run workflows, too, not only the site's activities")
	flags.StringVar(&opts.runbooks, "runbooks", "", "`directory` that gets a runbook per farm, kept up to date: what is left to do by hand")
	flags.StringVar(&build.Name, "deployment", "", "`name` of the Worker Deployment this worker is a version of, with --build-id; empty: the setting deployment.name")
	flags.StringVar(&build.BuildID, "build-id", "", "`id` of this build in the deployment: runs that start on it stay on it; empty: the setting deployment.build_id, and then the number of the release")
	flags.BoolVar(&opts.check, "check", false, "ask the worker that runs with these settings whether it takes tasks (health.address), and end: 0 it does, 1 it does not")
	flags.BoolVar(&opts.testNotifications, "test-notifications", false, "send a test message to every receiver of the settings, say who got it, and end")
	flags.BoolVar(&opts.exitWithStdin, "exit-with-stdin", false, "stop when standard input ends, so that the worker never outlives its parent")
	flags.BoolVar(&opts.version, "version", false, "say which build this is, and end")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q: everything is a flag, see --help", flags.Arg(0))
	}
	if opts.version {
		return opts, nil // with settings that are wrong, too
	}
	var err error
	if opts.settings, opts.receivers, err = load(file); err != nil {
		return options{}, fmt.Errorf("settings:\n%w", err)
	}
	if site != "" {
		opts.settings.Site = site
	}
	opts.settings.Deployment.Name = cmp.Or(build.Name, opts.settings.Deployment.Name)
	opts.settings.Deployment.BuildID = cmp.Or(build.BuildID, opts.settings.Deployment.BuildID)
	nameBuild(&opts.settings.Deployment, version.Current())
	return opts, config.CheckDeployment(opts.settings.Deployment)
}

// load reads the settings and prepares the receivers. Mistakes in templates are reported with those in the settings.
func load(file string) (config.Settings, *notify.Receivers, error) {
	settings, err := config.LoadSettings(file)
	if err != nil {
		if info, statErr := os.Stat(settings.Notify.Templates); statErr != nil || !info.IsDir() {
			return settings, nil, err
		}
		_, templates := notify.LoadTemplates(settings.Notify.Templates)
		return settings, nil, errors.Join(err, templates)
	}
	receivers, err := notify.New(settings.Notify, secrets.NewResolver(settings.Secrets), settings.TLS.CAFile)
	return settings, receivers, err
}

// logging turns the log settings, which were checked, into options of telemetry.
func (o options) logging(out io.Writer) []telemetry.Option {
	var level slog.Level
	if err := level.UnmarshalText([]byte(o.settings.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	return []telemetry.Option{
		telemetry.WithOutput(out), telemetry.WithLevel(level), telemetry.WithFormat(telemetry.Format(o.settings.Log.Format)),
	}
}
