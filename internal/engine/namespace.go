package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// LeastRetention is how long a namespace should keep closed rollouts at least, so that their evidence can still be printed
// when somebody asks.
const LeastRetention = 7 * 24 * time.Hour

// ErrNoNamespace says that the Temporal server is there and has no such namespace.
var ErrNoNamespace = errors.New("the namespace does not exist")

// Namespace is what farmhand needs a namespace to have.
type Namespace struct {
	Name string
	// Retention is how long closed runs are kept at least.
	Retention  time.Duration
	Attributes Attributes
}

// Prepared is what PrepareNamespace found and did.
type Prepared struct {
	Namespace string        `json:"namespace"`
	Created   bool          `json:"created"`
	Retention time.Duration `json:"-"` // printed by whoever prints: in JSON it would be nanoseconds
	// Added are the search attributes that were missing, by name.
	Added []string `json:"added"`
	// Extended says that closed runs were kept for a shorter time before.
	Extended bool `json:"extended"`
}

// PrepareNamespace creates a namespace, or brings one up to what is wanted: search attributes it lacks are added and a
// shorter retention is extended. It takes nothing away and may run again. It returns when workflows can be started with the
// attributes, which a server learns some seconds after they were added. Within patience it waits for a server that is
// still starting; the error is that of Connect, *MissingAttributesError for a type that cannot change, or says what the
// server does not let this process do.
func PrepareNamespace(ctx context.Context, o client.Options, want Namespace, patience time.Duration) (Prepared, error) {
	done := Prepared{Namespace: want.Name}
	c, err := client.NewLazyClient(o)
	if err != nil {
		return done, fmt.Errorf("client of Temporal: %w", err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, step := range []func(context.Context, client.Client, Namespace, *Prepared) error{create, extend, addAttributes, awaitAttributes} {
		err := again(ctx, o, func(ctx context.Context) error { return step(ctx, c, want, &done) })
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// again does something until it succeeds, until trying again would not help, or until ctx ends.
func again(ctx context.Context, o client.Options, do func(context.Context) error) error {
	pause := firstPause
	for {
		last := try(ctx, do)
		if last == nil {
			return nil
		}
		if _, wrong := errors.AsType[*MissingAttributesError](last); wrong {
			return last
		}
		if err := refusal(o, last); err != nil {
			return fmt.Errorf("%w; where the namespace is somebody else's to change, as in Temporal Cloud, have it made there", err)
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		case <-ctx.Done():
			return unanswered(o, last)
		}
	}
}

func try(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	return do(ctx)
}

func create(ctx context.Context, c client.Client, want Namespace, done *Prepared) error {
	err := look(ctx, c, want.Name)
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); !missing {
		return err
	}
	_, err = c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: want.Name, Description: "farmhand's rollouts",
		WorkflowExecutionRetentionPeriod: durationpb.New(want.Retention),
	})
	if _, raced := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); raced {
		return nil
	}
	done.Created = err == nil
	return err
}

func extend(ctx context.Context, c client.Client, want Namespace, done *Prepared) (err error) {
	if done.Retention, err = Retention(ctx, c, want.Name); err != nil || done.Retention >= want.Retention {
		return err
	}
	_, err = c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: want.Name,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(want.Retention)},
	})
	if err == nil {
		done.Retention, done.Extended = want.Retention, true
	}
	return err
}

func addAttributes(ctx context.Context, c client.Client, want Namespace, done *Prepared) error {
	err := CheckAttributes(ctx, c, want.Name, want.Attributes)
	lacks, ok := errors.AsType[*MissingAttributesError](err)
	if !ok {
		return err
	}
	if len(lacks.Wrong) > 0 {
		return lacks
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: want.Name, SearchAttributes: map[string]enumspb.IndexedValueType(lacks.Missing),
	})
	if err == nil {
		done.Added = slices.Sorted(maps.Keys(lacks.Missing))
	}
	return err
}

// awaitAttributes asks for runs by each attribute: the servers refuse a query, as they refuse a start, with an attribute
// that has not reached them yet.
func awaitAttributes(ctx context.Context, c client.Client, want Namespace, _ *Prepared) error {
	for _, name := range slices.Sorted(maps.Keys(want.Attributes)) {
		_, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: want.Name, Query: name + " IS NOT NULL",
		})
		if err != nil {
			return fmt.Errorf("search attribute %s: %w", name, err)
		}
	}
	return nil
}
