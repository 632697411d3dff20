// The inputs of one view or message: their values, what is wrong with them, and what survives an update.

/** Controls by block_id and action_id. A control has `read()`, `write(raw)`, `check()` and `focus()`. */
export class Form {
  #controls = new Map();

  add(control) {
    this.#controls.set(key(control.blockId, control.actionId), control);
    return control;
  }

  /** Remember what was typed into the controls of a block that is about to be drawn again. */
  take(blockId) {
    const taken = [];
    for (const [id, control] of this.#controls) {
      if (control.blockId !== blockId) continue;
      taken.push({ actionId: control.actionId, type: control.type, raw: control.read() });
      this.#controls.delete(id);
    }
    return taken;
  }

  /** Put back what was taken, where the same kind of control is still there. */
  give(blockId, taken) {
    for (const { actionId, type, raw } of taken) {
      const control = this.#controls.get(key(blockId, actionId));
      if (control?.type === type) control.write(raw);
    }
  }

  /** Forget the controls of blocks that an update has taken out of `container`. */
  only(container) {
    for (const [id, { node }] of this.#controls) if (!container.contains(node)) this.#controls.delete(id);
  }

  /** `{block_id: {action_id: raw}}` for every control. */
  values() {
    const values = {};
    for (const { blockId, actionId, read } of this.#controls.values()) (values[blockId] ??= {})[actionId] = read();
    return values;
  }

  /** What Slack's client itself refuses before it sends anything: `{block_id: sentence}`. */
  problems() {
    const problems = {};
    for (const { blockId, check } of this.#controls.values()) {
      const problem = check();
      if (problem) problems[blockId] ??= problem;
    }
    return problems;
  }

  first(wanted = () => true) {
    return [...this.#controls.values()].find(wanted);
  }
}

const key = (blockId, actionId) => JSON.stringify([blockId, actionId]);
