package config

import "strings"

// DeploymentSettings say which version of which Worker Deployment a worker is, in Temporal's words. Both or neither.
type DeploymentSettings struct {
	// Name of the Worker Deployment; empty: the worker is not versioned.
	Name string `mapstructure:"name"`
	// BuildID tells this build from others, such as a release's number.
	BuildID string `mapstructure:"build_id"`
}

// longestDeployment is how long a name and a build id may be: the server joins them into one id of limited length.
const longestDeployment = 63

// CheckDeployment checks what settings and flags came to: a worker has both or neither. The error is *Mistakes.
func CheckDeployment(s DeploymentSettings) error {
	n := newNotes("worker")
	n.at["deployment"] = position{} // no file, no line
	n.checkDeployment(s)
	switch {
	case s.Name == "" && s.BuildID != "":
		n.wrong("deployment.name", "missing (--deployment); %s is a build of it", quoted("deployment.build_id", s.BuildID))
	case s.Name != "" && s.BuildID == "":
		n.wrong("deployment.build_id", "missing (--build-id); each build of a versioned worker needs its own, like 0.1.0")
	}
	return mistakesOf(n.found)
}

// checkDeployment asks for what Temporal accepts: it writes a version as name:build-id, in older places as name.build-id.
func (n *notes) checkDeployment(s DeploymentSettings) {
	if strings.ContainsAny(s.Name, ".:") || len(s.Name) > longestDeployment {
		n.wrong("deployment.name", "%s cannot be the name of a deployment; want at most %d characters without dots and colons",
			quoted("deployment.name", s.Name), longestDeployment)
	}
	if strings.Contains(s.BuildID, ":") || len(s.BuildID) > longestDeployment {
		n.wrong("deployment.build_id", "%s cannot be a build id; want at most %d characters without colons",
			quoted("deployment.build_id", s.BuildID), longestDeployment)
	}
}
