package farm

import (
	"fmt"
	"strings"
)

func (j *judge) probe(p ProbeFacts) {
	if !p.Administrator {
		j.add(SeverityBlocking, p.Server, "the setup account "+p.User+" is not a member of Administrators", "add it (the article: member of the Administrators group on the Web server computer)")
	} else if !p.Elevated {
		j.add(SeverityBlocking, p.Server, "a job of "+p.User+" does not run elevated", "allow the task to run with highest privileges")
	}
	if !p.Profile {
		j.add(SeverityWarning, p.Server, "the profile of "+p.User+" is not loaded in a job", "log on once with the account on the server")
	}
	for _, r := range p.SQL {
		if !r.OK {
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot log on to SQL Server %s from here: %s", p.User, r.Target, r.Error), "grant the account what the article asks for on the SQL Server computer")
		}
	}
	for _, r := range p.Paths {
		if !r.OK {
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot read %s: %s", p.User, r.Target, r.Error), "correct the path or its permissions")
		}
	}
	if pool := j.facts.Farm.CentralPool; pool != "" && !strings.EqualFold(pool, p.User) {
		j.addOnce(SeverityInformation, j.farm.CentralAdministration().Name, fmt.Sprintf("the wizard will run as %s; the application pool account of Central Administration is %s", p.User, pool), "the article recommends the application pool account; another needs Administrators on every Web server and on the SQL Server computer")
	}
}
