/** What has to be undone when a part of the page goes away. */
export class Scope {
  private undo: (() => void)[] = [];
  private over = false;

  get isOver(): boolean {
    return this.over;
  }

  add(undo: () => void): void {
    if (this.over) undo();
    else this.undo.push(undo);
  }

  dispose(): void {
    this.over = true;
    for (const undo of this.undo.splice(0).reverse()) undo();
  }
}
