/** What the application sends: a member without a value arrives as `null`, and is absent here. */

/** Takes such members out of an answer, all the way down. The answer itself, and what stands in a list, stays. */
export function withoutNulls<Answer>(answer: Answer): Answer {
  if (Array.isArray(answer)) {
    for (const one of answer) withoutNulls(one as unknown);
  } else if (typeof answer === 'object' && answer !== null) {
    const members = answer as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      if (members[name] === null) delete members[name];
      else withoutNulls(members[name]);
    }
  }
  return answer;
}
